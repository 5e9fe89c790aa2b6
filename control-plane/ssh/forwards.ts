import type { ProvenKey } from '../identity/ssh-admission.ts'
import type { User } from '../identity/user.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { connectorIdOf } from '../tunnels/connector.ts'
import { labelOf, type ForwardRequest } from '../tunnels/forward.ts'
import type { Claimant, TunnelClaims } from '../tunnels/tunnel-claims.ts'
import { type ForwardHost, ServedForward } from './served-forward.ts'
import { DEFAULT_TARGET, type Target } from './target.ts'

/** Ports given out for `-R 0`: names in the protocol, nothing listens there. Below what a system gives to clients. */
const FIRST_VIRTUAL_PORT = 20_000

interface Who {
  readonly user: User
  readonly username: string
  readonly key: ProvenKey | undefined
}

/** The forwards of one connection. */
export class Forwards {
  readonly #host: ForwardHost
  readonly #claims: TunnelClaims
  readonly #who: Who
  readonly #all = new Map<string, ServedForward>()
  #target: Target | undefined
  #instance: string | undefined
  readonly #publicLabels = new Set<string>()
  #nextPort = FIRST_VIRTUAL_PORT

  constructor(host: ForwardHost, claims: TunnelClaims, who: Who) {
    this.#host = host
    this.#claims = claims
    this.#who = who
  }

  get all(): readonly ServedForward[] {
    return [...this.#all.values()]
  }

  /** A forward to be started once the client has its answer (it refuses channels before that), or why not. */
  open(request: ForwardRequest): Result<ServedForward, string> {
    const { user, key } = this.#who
    if (this.#all.size >= this.#host.limits.maxForwards) {
      return err(`No more than ${this.#host.limits.maxForwards} forwards per connection`)
    }
    const port = request.bindPort === 0 ? this.#virtualPort(request.bindAddress) : request.bindPort
    if (this.#all.has(keyOf(request.bindAddress, port))) {
      return err(`"-R ${request.bindAddress}:${port}" is forwarded already`)
    }
    const taken = this.all.map((forward) => forward.claim.route)
    const claimed = this.#claims.claim(this.#claimant, request, taken)
    if (!claimed.ok) return err(claimed.error.message)
    const leave = this.#host.resident.take('tunnel')
    if (leave === undefined) return err(`No more than ${this.#host.limits.maxTunnelsPerUser} tunnels per person`)
    const forward = new ServedForward(this.#host, {
      bound: { request, port },
      claim: claimed.value,
      idOf: (instance, isPublic) =>
        connectorIdOf({
          userId: user.id,
          keyFingerprint: key?.fingerprint,
          route: claimed.value.route,
          forward: request,
          instance,
          isPublic,
        }),
      instance: () => this.#instance,
      isPublic: () => !claimed.value.shared && this.#publicLabels.has(labelOf(request) ?? ''),
      target: this.#target ?? DEFAULT_TARGET,
      named: this.#target !== undefined,
      leave,
    })
    this.#all.set(keyOf(request.bindAddress, port), forward)
    return ok(forward)
  }

  /** Closes those that may not be served any more; `closed` hears why. */
  review(closed: (sentence: string) => void): void {
    for (const forward of this.all) {
      const refusal = this.#claims.refusalOf(this.#claimant, forward.claim.route)
      if (refusal === undefined) continue
      this.drop(forward)
      forward.close()
      closed(refusal)
    }
  }

  get #claimant(): Claimant {
    const { user, username, key } = this.#who
    return { user, username, publicKey: key?.blob }
  }

  /** `port` is the one that was answered. */
  cancel(request: ForwardRequest): boolean {
    const key = keyOf(request.bindAddress, request.bindPort)
    const forward = this.#all.get(key)
    this.#all.delete(key)
    void forward?.drain()
    return forward !== undefined
  }

  /** For forwards that are not served yet and for those still to come. */
  name(instance: string): void {
    this.#instance = instance
  }

  /**
   * For forwards with these labels that are not served yet and for those still to come. Returns what cannot be done, as
   * sentences for the person.
   */
  makePublic(labels: readonly string[]): readonly string[] {
    if (labels.length === 0) return []
    if (!this.#claims.allowsPublicAssets()) return ['The gateway does not allow public assets']
    return labels.flatMap((label) => {
      const forward = this.all.find(({ bound }) => labelOf(bound.request) === label)
      if (forward?.claim.shared === true)
        return [`"${label}" is a route of the configuration and cannot be made public`]
      if (forward?.isSettled === true && !forward.isPublic)
        return [`"${label}" is served already and stays private: connect again`]
      this.#publicLabels.add(label)
      return forward === undefined
        ? [`There is no forward "${label}" to make public: add -R ${label}:443:localhost:4000`]
        : []
    })
  }

  /** For forwards that exist and for those still to come. */
  retarget(target: Target): void {
    this.#target = target
    for (const forward of this.all) void forward.retarget(target)
  }

  drop(forward: ServedForward): void {
    this.#all.delete(keyOf(forward.bound.request.bindAddress, forward.bound.port))
  }

  /** Resolves when what was under way has ended. */
  async drainAll(): Promise<void> {
    await Promise.all(this.all.map((forward) => forward.drain()))
  }

  closeAll(): void {
    for (const forward of this.all) forward.close()
    this.#all.clear()
  }

  #virtualPort(address: string): number {
    let port = this.#nextPort
    while (this.#all.has(keyOf(address, port))) port += 1
    this.#nextPort = port + 1
    return port
  }
}

const keyOf = (address: string, port: number): string => `${address}\0${port}`
