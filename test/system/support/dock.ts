/** In-memory ports of the dock and a laptop with the real OpenSSH client, for the system suite. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AuditEvent } from '../../../control-plane/audit/event.ts'
import type { SignInDecision, SshAdmission, SshVisitor } from '../../../control-plane/identity/ssh-admission.ts'
import type { User } from '../../../control-plane/identity/user.ts'
import { localTopic, type Topic } from '../../../control-plane/kernel/bus.ts'
import { systemClock } from '../../../control-plane/kernel/clock.ts'
import { silentLog } from '../../../control-plane/kernel/log.ts'
import { systemRandom } from '../../../control-plane/kernel/random.ts'
import { err, ok } from '../../../control-plane/kernel/result.ts'
import { compilePolicy } from '../../../control-plane/policy/compile.ts'
import type { Publication } from '../../../control-plane/routes/publication.ts'
import { NO_RULES } from '../../../control-plane/routes/route-rules.ts'
import type { Connector, ConnectorHealth } from '../../../control-plane/tunnels/connector.ts'
import { claimRoute } from '../../../control-plane/tunnels/claim.ts'
import type { ConnectorBoard, TunnelClaims } from '../../../control-plane/tunnels/tunnel-claims.ts'
import { type Dock, openDock } from '../../../control-plane/ssh/dock.ts'
import type { DockLimits, DockPorts } from '../../../control-plane/ssh/dock-options.ts'
import { createEd25519Key, publicHostKey } from '../../../control-plane/ssh/host-key.ts'
import { fingerprintOf } from './ssh.ts'

export const ann: User = {
  id: 'usr_annannannannannannannannan',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: false,
  claims: {},
}

/** Looks every few milliseconds, so that no test has to guess how long something takes. */
export async function until<T>(what: string, look: () => T | undefined | false, deadlineMs = 15_000): Promise<T> {
  const endsAt = performance.now() + deadlineMs
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > endsAt) throw new Error(`Waited ${deadlineMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export interface OpenTicket {
  readonly visitor: SshVisitor
  readonly link: string
  withdrawn: boolean
  decide(decision: SignInDecision): void
}

export class FakeAdmission implements SshAdmission {
  readonly bound = new Map<string, User>()
  readonly tickets: OpenTicket[] = []
  readonly #tell = new Set<(reason: string) => void>()

  findUserOfKey(fingerprint: string): User | undefined {
    return this.bound.get(fingerprint)
  }

  openSignIn(visitor: SshVisitor) {
    const { promise, resolve } = Promise.withResolvers<SignInDecision>()
    const link = `http://localhost:7800/sign-in?user_code=${this.tickets.length}`
    const ticket: OpenTicket = { visitor, link, withdrawn: false, decide: resolve }
    this.tickets.push(ticket)
    const withdraw = (): void => {
      ticket.withdrawn = true
    }
    return ok({ link, shortCode: 'KXWD-4821', expiresAtMs: systemClock.nowMs() + 900_000, decided: promise, withdraw })
  }

  signedIn(): void {}

  readonly #waiting = new Set<{ readonly fingerprint: string; readonly tell: (user: User) => void }>()

  onBound(fingerprint: string, tell: (user: User) => void) {
    const waiting = { fingerprint, tell }
    this.#waiting.add(waiting)
    return () => this.#waiting.delete(waiting)
  }

  /** As a page does it, while ssh waits. */
  bind(fingerprint: string, user: User): void {
    this.bound.set(fingerprint, user)
    for (const waiting of this.#waiting) if (waiting.fingerprint === fingerprint) waiting.tell(user)
  }

  onRevoked(_entry: unknown, tell: (reason: string) => void) {
    this.#tell.add(tell)
    return () => this.#tell.delete(tell)
  }

  revokeAll(reason: string): void {
    for (const tell of this.#tell) tell(reason)
  }
}

const everybody = compilePolicy({ allow: { and: [{ authenticated_user: true }] } })
/** What a configuration with one route for a whole team is compiled to. */
const publication: Publication = {
  addressing: { mode: 'path', publicUrl: new URL('http://localhost:7800') },
  allowedOrigins: new Set(),
  routes: new Map(
    everybody.ok
      ? [
          [
            'team',
            {
              key: 'team',
              policy: everybody.value,
              policyAt: [],
              upstream: { kind: 'tunnel', servePolicy: everybody.value },
              rules: NO_RULES,
            },
          ],
        ]
      : [],
  ),
}
const claims: TunnelClaims = {
  refusalOf: () => undefined,
  allowsPublicAssets: () => false,
  onChange: () => () => {},
  claim: (claimant, forward, taken) => claimRoute(publication, { claimant, forward, taken, nowMs: 0 }),
}

export class FakeBoard implements ConnectorBoard {
  readonly live = new Map<string, Connector>()
  readonly downs: string[] = []
  readonly healths: ConnectorHealth[] = []

  /** What Envoy takes to know a connector. */
  slowness: Promise<void> = Promise.resolve()

  async up(connector: Connector): Promise<void> {
    await this.slowness
    this.live.set(connector.id, connector)
  }

  async drain(id: string, socketPath: string): Promise<void> {
    this.#takeOut(id, socketPath)
  }

  down(id: string, socketPath: string): void {
    this.#takeOut(id, socketPath)
  }

  #takeOut(id: string, socketPath: string): void {
    if (this.downs.includes(socketPath)) return
    this.downs.push(socketPath)
    if (this.live.get(id)?.socketPath === socketPath) this.live.delete(id)
  }

  health(id: string, socketPath: string, health: ConnectorHealth): void {
    this.healths.push(health)
    const connector = this.live.get(id)
    if (connector?.socketPath === socketPath) this.live.set(id, { ...connector, health })
  }

  /** The connector of a route, once it is published. */
  served(route: string = ann.tunnelName): Promise<Connector> {
    return until(`a connector of ${route}`, () => [...this.live.values()].find((live) => live.route === route))
  }
}

/** One run of ssh; what it prints is kept. */
export class SshRun {
  readonly process: ChildProcess
  stdout = ''
  stderr = ''

  constructor(process: ChildProcess) {
    this.process = process
    process.stdout?.on('data', (bytes: Buffer) => (this.stdout += bytes.toString()))
    process.stderr?.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()))
  }

  prints(text: string | RegExp): Promise<true> {
    const isThere = (): true | undefined =>
      (typeof text === 'string' ? this.#all.includes(text) : text.test(this.#all)) ? true : undefined
    return until(`ssh to print ${String(text)}`, isThere).catch((cause: unknown) => {
      throw new Error(`ssh printed only:\n${this.#all}`, { cause })
    })
  }

  /** Exit status; 255 when ssh was killed. */
  ended(): Promise<number> {
    const status = (): number | undefined =>
      this.process.exitCode ?? (this.process.signalCode === null ? undefined : 255)
    return until('ssh to end', status).catch((cause: unknown) => {
      throw new Error(`ssh is still there and printed:\n${this.#all}`, { cause })
    })
  }

  get #all(): string {
    return this.stdout + this.stderr
  }
}

export interface KeyFile {
  readonly path: string
  readonly fingerprint: string
}

export interface Harbour extends AsyncDisposable {
  readonly dock: Dock
  readonly ports: DockPorts
  readonly socketFolder: string
  /** `SHA256:…` of the dock's host key. */
  readonly hostKey: string
  readonly admission: FakeAdmission
  readonly board: FakeBoard
  readonly events: Topic<AuditEvent>
  newKey(type?: string): KeyFile
  /** The client that `ssh` starts; default: the one of the system. */
  client: string
  /** The locale of the client. */
  locale: string
  /** The user name that `ssh` asks for. */
  username: string
  /** Starts ssh with these arguments; `keys` are offered in order and no other. */
  ssh(keys: readonly KeyFile[], ...args: readonly string[]): SshRun
  /** Starts ssh with these options before all others, of which the first counts, and with whatever keys they name. */
  sshWith(options: readonly string[], ...args: readonly string[]): SshRun
  /** Takes charge of a client that was started otherwise. */
  started(process: ChildProcess): SshRun
}

/** A dock on a free port with ports in memory. Closing it kills every ssh that is still running. */
export async function openHarbour(limits: Partial<DockLimits> = {}): Promise<Harbour> {
  const folder = mkdtempSync(join(tmpdir(), 'dock-'))
  const admission = new FakeAdmission()
  const board = new FakeBoard()
  const events = localTopic<AuditEvent>()
  const socketFolder = join(folder, 'run')
  const ports: DockPorts = {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    admission,
    claims,
    board,
    events,
    shell: {
      tunnelsOf: () => [],
      isServedBy: () => false,
      callsOf: async () => [],
      toolsOf: () => [],
      shares: { create: async () => err('Not here'), ofUser: () => [], revoke: async () => [] },
      forgetKey: async () => false,
    },
    reviews: { open: () => [], watch: () => () => {}, answer: () => false },
    say: { publicUrl: 'http://localhost:7800' },
  }
  const listen = ['127.0.0.1', '::1'].map((host) => ({ host, port: 0 }))
  const hostKey = createEd25519Key(systemRandom)
  const dock = await openDock({ listen, hostKeys: [hostKey], socketFolder, limits: { healthMs: 0, ...limits } }, ports)
  const runs: SshRun[] = []
  let keys = 0
  const harbour: Harbour = {
    dock,
    ports,
    client: 'ssh',
    locale: 'C',
    username: 'ann',
    socketFolder,
    hostKey: publicHostKey(hostKey).fingerprint,
    admission,
    board,
    events,
    newKey(type = 'ed25519') {
      const path = join(folder, `key-${(keys += 1)}`)
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path])
      return { path, fingerprint: fingerprintOf(path) }
    },
    ssh(offered, ...args) {
      const keys = offered.flatMap((key) => ['-i', key.path])
      const only = ['-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none']
      return harbour.sshWith([...only, ...(keys.length === 0 ? ['-o', 'PubkeyAuthentication=no'] : keys)], ...args)
    },
    sshWith(options, ...args) {
      const stranger = ['UserKnownHostsFile=/dev/null', 'GlobalKnownHostsFile=/dev/null', 'StrictHostKeyChecking=no']
      const settings = ['-F', 'none', ...stranger.flatMap((setting) => ['-o', setting])]
      const words = [...options, ...settings, '-l', harbour.username, '-p', String(dock.address.port), ...args]
      const env = { PATH: process.env['PATH'], LC_ALL: harbour.locale }
      return harbour.started(spawn(harbour.client, words, { stdio: ['pipe', 'pipe', 'pipe'], env }))
    },
    started(child) {
      const run = new SshRun(child)
      runs.push(run)
      return run
    },
    async [Symbol.asyncDispose]() {
      for (const run of runs) run.process.kill('SIGKILL')
      await dock[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return harbour
}

/** The public half, as it stands in the key's file. */
export const publicLineOf = (key: KeyFile): string => readFileSync(`${key.path}.pub`, 'utf8')
