import type { Clock } from '../kernel/clock.ts'
import type { Challenges, ChallengePurpose } from './challenges.ts'
import type { User, UserId } from './user.ts'

/** More than anybody has; bounds what one account can store. */
export const MAX_PASSKEYS = 20
export const MAX_PASSKEY_NAME_CHARS = 60

export interface Passkey {
  /** The credential's id, base64url. */
  readonly id: string
  readonly userId: UserId
  /** COSE key, base64url. */
  readonly publicKey: string
  /** As the authenticator counts; many always say 0. */
  readonly counter: number
  readonly transports: readonly string[]
  /** As its person calls it. */
  readonly name: string
  readonly createdAtMs: number
  readonly lastUsedAtMs: number | undefined
}

/** Port: passkeys at rest. */
export interface PasskeyStore {
  find(id: string): Promise<Passkey | undefined>
  ofUser(userId: UserId): Promise<readonly Passkey[]>
  /** Atomic: `taken` when the credential is registered, `full` beyond the bound. */
  add(passkey: Passkey): Promise<'added' | 'taken' | 'full'>
  /** Atomic: only forward, so that of two answers with one count the second is refused. */
  used(id: string, counter: number, nowMs: number): Promise<boolean>
  rename(id: string, userId: UserId, name: string): Promise<boolean>
  /** Atomic: the last one stays where it is the only way in; the second factor goes with it. */
  remove(id: string, userId: UserId): Promise<'removed' | 'needed' | 'unknown'>
  removeOfUser(userId: UserId): Promise<void>
}

/** Port: the ceremonies of WebAuthn Level 3 (§7.1, §7.2), bound to our own host and origin. */
export interface PasskeyCeremony {
  /** What the page hands to `navigator.credentials.create`, as JSON. */
  creationOptions(ask: {
    readonly user: User
    readonly challenge: Uint8Array<ArrayBuffer>
    readonly known: readonly Passkey[]
  }): Promise<string>
  /** What the page hands to `navigator.credentials.get`, as JSON; any passkey of ours where `allowed` is empty. */
  requestOptions(ask: {
    readonly challenge: Uint8Array<ArrayBuffer>
    readonly allowed: readonly Passkey[]
  }): Promise<string>
  /** Undefined for everything that is not right. */
  verifyCreation(
    answer: string,
    takeChallenge: (challenge: string) => boolean,
  ): Promise<Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports'> | undefined>
  /** Which credential claims to answer, and as whom; nothing is proven by it. */
  claimOf(answer: string): { readonly id: string; readonly userId: UserId | undefined } | undefined
  /** The authenticator's new count; undefined for everything that is not right. */
  verifyRequest(
    answer: string,
    passkey: Passkey,
    takeChallenge: (challenge: string) => boolean,
  ): Promise<number | undefined>
}

/** The passkeys of people: registered from a session, answered as the only or the second factor. */
export class Passkeys {
  readonly #store: PasskeyStore
  readonly #ceremony: PasskeyCeremony
  readonly #challenges: Challenges
  readonly #clock: Clock

  constructor(ports: { store: PasskeyStore; ceremony: PasskeyCeremony; challenges: Challenges; clock: Clock }) {
    this.#store = ports.store
    this.#ceremony = ports.ceremony
    this.#challenges = ports.challenges
    this.#clock = ports.clock
  }

  ofUser(userId: UserId): Promise<readonly Passkey[]> {
    return this.#store.ofUser(userId)
  }

  async creationOptions(user: User, sessionId: string): Promise<string> {
    const challenge = this.#challenges.issue({ kind: 'register', subject: sessionId })
    return this.#ceremony.creationOptions({ user, challenge, known: await this.#store.ofUser(user.id) })
  }

  /** The answer must be to a challenge of this very session: a page of another account cannot add a key here. */
  async register(
    answer: string,
    of: { readonly user: User; readonly sessionId: string; readonly name: string },
  ): Promise<'added' | 'taken' | 'full' | 'refused'> {
    const purpose = { kind: 'register', subject: of.sessionId } as const
    const made = await this.#ceremony.verifyCreation(answer, (text) => this.#challenges.take(text, purpose))
    if (made === undefined) return 'refused'
    return this.#store.add({
      ...made,
      userId: of.user.id,
      name: passkeyName(of.name),
      createdAtMs: this.#clock.nowMs(),
      lastUsedAtMs: undefined,
    })
  }

  /** For who is not known yet: any passkey of this gateway may answer. */
  signInOptions(): Promise<string> {
    const challenge = this.#challenges.issue({ kind: 'sign_in', subject: '' })
    return this.#ceremony.requestOptions({ challenge, allowed: [] })
  }

  async secondFactorOptions(userId: UserId): Promise<string> {
    const challenge = this.#challenges.issue({ kind: 'second_factor', subject: userId })
    return this.#ceremony.requestOptions({ challenge, allowed: await this.#store.ofUser(userId) })
  }

  /** Who answered, by the passkey alone. */
  signIn(answer: string): Promise<UserId | undefined> {
    return this.#answered(answer, { kind: 'sign_in', subject: '' })
  }

  /** Whether this very person answered. */
  async proves(answer: string, userId: UserId): Promise<boolean> {
    return (await this.#answered(answer, { kind: 'second_factor', subject: userId }, userId)) === userId
  }

  rename(id: string, userId: UserId, name: string): Promise<boolean> {
    return this.#store.rename(id, userId, passkeyName(name))
  }

  remove(id: string, userId: UserId): Promise<'removed' | 'needed' | 'unknown'> {
    return this.#store.remove(id, userId)
  }

  removeAll(userId: UserId): Promise<void> {
    return this.#store.removeOfUser(userId)
  }

  async #answered(answer: string, purpose: ChallengePurpose, expected?: UserId): Promise<UserId | undefined> {
    const claim = this.#ceremony.claimOf(answer)
    const passkey = claim && (await this.#store.find(claim.id))
    if (claim === undefined || passkey === undefined) return undefined
    // WebAuthn Level 3 §7.2 step 6: the user handle names the credential's owner, and who was asked.
    if (claim.userId !== undefined && claim.userId !== passkey.userId) return undefined
    if (expected === undefined ? claim.userId === undefined : passkey.userId !== expected) return undefined
    const counter = await this.#ceremony.verifyRequest(answer, passkey, (text) => this.#challenges.take(text, purpose))
    if (counter === undefined) return undefined
    return (await this.#store.used(passkey.id, counter, this.#clock.nowMs())) ? passkey.userId : undefined
  }
}

/** One short line without control characters. */
export const passkeyName = (typed: string): string =>
  typed
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_PASSKEY_NAME_CHARS) || 'Passkey'
