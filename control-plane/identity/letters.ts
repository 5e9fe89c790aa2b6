import { Secret } from '../kernel/secret.ts'
import type { LinkKind } from './verification.ts'
import type { Mail } from './mailer.ts'

const PATHS: Readonly<Record<LinkKind, string>> = {
  verify: '/sign-in/verify',
  reset: '/sign-in/reset',
  invite: '/sign-in/invited',
}

/** What people get by mail: fixed subjects, plain text, links to our own address only. */
export class Letters {
  readonly #origin: string

  constructor(publicOrigin: string) {
    this.#origin = publicOrigin
  }

  linkOf(kind: LinkKind, token: Secret<string>): Secret<string> {
    return new Secret(`${this.#origin}${PATHS[kind]}?token=${token.reveal()}`)
  }

  verify(to: string, token: Secret<string>): Mail {
    const text = `Somebody, hopefully you, made an account at ${this.#origin} with this address.
Open this link to confirm it. It is good for 24 hours, once. If it was not you, do nothing.`
    return { to, subject: 'Sallyport: confirm your address', text, link: this.linkOf('verify', token) }
  }

  reset(to: string, token: Secret<string>): Mail {
    const text = `Somebody, hopefully you, asked for a new password at ${this.#origin}.
Open this link to choose one. It is good for 30 minutes, once. If it was not you, do nothing.`
    return { to, subject: 'Sallyport: choose a new password', text, link: this.linkOf('reset', token) }
  }

  invite(to: string, token: Secret<string>): Mail {
    const text = `You are invited to ${this.#origin}. Open this link to make your account. It is good for 7 days, once.`
    return { to, subject: 'Sallyport: you are invited', text, link: this.linkOf('invite', token) }
  }

  knownAlready(to: string): Mail {
    const text = `Somebody, hopefully you, tried to make an account at ${this.#origin} with this address. There is one already:
sign in at ${this.#origin}/sign-in, or choose a new password at ${this.#origin}/sign-in/forgot.
If it was not you, do nothing.`
    return { to, subject: 'Sallyport: you have an account already', text }
  }

  noPassword(to: string): Mail {
    const text = `Somebody, hopefully you, asked for a new password at ${this.#origin}. Your account has none: sign in with your
passkey, with a recovery code, or the way you did before. If you cannot, ask the operator of this gateway for a link.`
    return { to, subject: 'Sallyport: your account has no password', text }
  }

  /** Something about the account changed: its owner should hear of it from somewhere else than the account. */
  changed(to: string, what: string): Mail {
    const text = `${what} at ${this.#origin}.
If that was you, there is nothing to do. If it was not, choose a new password at ${this.#origin}/sign-in/forgot and look through
your account at ${this.#origin}/account.`
    return { to, subject: 'Sallyport: your account was changed', text }
  }
}
