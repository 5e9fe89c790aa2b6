import type { AuthContext, AuthenticationType, KeyboardAuthContext, PublicKeyAuthContext } from 'ssh2'

import type { ProvenKey, SignInDecision, SignInTicket, SshAdmission, SshEntry } from '../identity/ssh-admission.ts'
import { isAcceptable, proveKey } from './proven-key.ts'
import { REASONS, SIGN_IN_TITLE, signInQrCode, signInText, signedInText, silentClientHint } from './sign-in-text.ts'
import { usernameOf } from './username.ts'
import type { SilentClients } from './silent-clients.ts'
import { acceptOffer } from './ssh2-private.ts'

const METHODS: AuthenticationType[] = ['publickey', 'keyboard-interactive']

export interface SignInHost {
  readonly address: string
  readonly admission: SshAdmission
  readonly silent: SilentClients
  readonly maxAttempts: number
  admitted(entry: SshEntry, username: string): void
  /** A link is open: the connection may wait until then. */
  waitUntil(ms: number): void
  /** Ends the connection with a sentence. */
  refuse(reason: string): void
  /** Shown at once, before authentication is decided. */
  banner(text: string): void
  /** Where people see their tunnels. */
  readonly publicUrl: string
}

/**
 * One connection's way in. A bound key wins wherever it stands among those offered: a proven but unbound one fails
 * without partial success, so that the client goes on to its next key, and only then to the link.
 */
export class SignIn {
  readonly #host: SignInHost
  #attempts = 0
  #offers = 0
  /** The first proven key that is bound to nobody: the one a person can choose to remember. */
  #key: ProvenKey | undefined
  #ticket: SignInTicket | undefined
  #linkShown = false
  #over = false

  constructor(host: SignInHost) {
    this.#host = host
  }

  answer(context: AuthContext): void {
    if (this.#over) return
    const isOffer = context.method === 'publickey' && context.signature === undefined
    if (isOffer) this.#offers += 1
    else this.#attempts += 1
    if (this.#offers > this.#host.maxAttempts || this.#attempts > this.#host.maxAttempts) {
      return this.#refuse(REASONS.tooManyAttempts)
    }
    switch (context.method) {
      case 'publickey':
        return isOffer ? this.#offered(context) : this.#proven(context)
      case 'keyboard-interactive':
        return void this.#askPerson(context)
      case 'none':
      case 'password':
      case 'hostbased':
        return context.reject(METHODS)
    }
  }

  /** The connection is gone: an open link stops working. */
  gone(): void {
    const wasOver = this.#over
    this.#over = true
    this.#ticket?.withdraw()
    if (!wasOver && !this.#linkShown && this.#key !== undefined) this.#host.silent.leftSilently(this.#key.fingerprint)
  }

  /** An offer identifies nobody; accepting it only asks for the signature. */
  #offered(context: PublicKeyAuthContext): void {
    if (isAcceptable(context)) acceptOffer(context)
    else context.reject(METHODS)
  }

  #proven(context: PublicKeyAuthContext): void {
    const key = proveKey(context)
    if (key === undefined) return context.reject(METHODS)
    const user = this.#host.admission.findUserOfKey(key.fingerprint)
    if (user !== undefined) return this.#admit(context, { user, key, sessionId: undefined })
    if (this.#host.silent.take(key.fingerprint)) this.#host.banner(silentClientHint(key.fingerprint))
    this.#key ??= key
    context.reject(METHODS)
  }

  async #askPerson(context: KeyboardAuthContext): Promise<void> {
    this.#ticket?.withdraw()
    this.#ticket = undefined
    const { address, admission } = this.#host
    const { name, wantsQrCode } = usernameOf(context.username)
    const opened = admission.openSignIn({ address, username: name, key: this.#key })
    if (!opened.ok) return this.#refuse(REASONS.tooManySignIns)
    const ticket = opened.value
    this.#ticket = ticket
    this.#linkShown = true
    this.#host.waitUntil(ticket.expiresAtMs)
    if (wantsQrCode) this.#host.banner(signInQrCode(ticket))
    // The client may ask for another method while it waits (RFC 4256 §3.1): this question is then void.
    let aborted = false
    context.once('abort', () => {
      aborted = true
      ticket.withdraw()
    })
    const answered = new Promise<void>((resolve) => {
      context.prompt([], SIGN_IN_TITLE, signInText(ticket, this.#key?.fingerprint), () => resolve())
    })
    // Signing in once is enough for all the connections that wait with the same key.
    const { promise: bound, resolve: becomeBound } = Promise.withResolvers<SignInDecision>()
    const stop =
      this.#key &&
      admission.onBound(this.#key.fingerprint, (user) => {
        becomeBound({ kind: 'authorized', user, sessionId: undefined })
        ticket.withdraw()
      })
    const decision = await Promise.race([ticket.decided, bound])
    stop?.()
    await answered
    if (aborted || this.#over) return
    this.#conclude(context, decision)
  }

  #conclude(context: KeyboardAuthContext, decision: SignInDecision): void {
    switch (decision.kind) {
      case 'authorized':
        return this.#admit(context, { user: decision.user, key: this.#key, sessionId: decision.sessionId })
      case 'denied':
        return this.#refuse(REASONS.denied)
      case 'expired':
        return this.#refuse(REASONS.expired)
    }
  }

  /** The host hears of it before ssh2 does: what the client sends next must find everything in place. */
  #admit(context: AuthContext, entry: SshEntry): void {
    this.#over = true
    // The last moment at which a banner is allowed (RFC 4252 §5.4).
    this.#host.banner(signedInText(entry.user.email, this.#host.publicUrl))
    this.#host.admitted(entry, usernameOf(context.username).name)
    context.accept()
  }

  #refuse(reason: string): void {
    this.#over = true
    this.#ticket?.withdraw()
    this.#host.refuse(reason)
  }
}
