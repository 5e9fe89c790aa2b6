import type { Settings } from '../config/settings.ts'
import type { Accounts } from '../identity/accounts.ts'
import { Challenges } from '../identity/challenges.ts'
import { Enrolment } from '../identity/enrolment.ts'
import type { Letters } from '../identity/letters.ts'
import { MailBudget } from '../identity/mail-budget.ts'
import type { Mailer } from '../identity/mailer.ts'
import { OwnAccount } from '../identity/own-account.ts'
import { Passkeys } from '../identity/passkeys.ts'
import { PasswordReset } from '../identity/password-reset.ts'
import { RecoveryCodes } from '../identity/recovery-codes.ts'
import { SignInAttempts } from '../identity/sign-in-attempts.ts'
import type { SshKeys } from '../identity/ssh-keys.ts'
import { MailLinks } from '../identity/verification.ts'
import type { WebSessions } from '../identity/web-sessions.ts'
import { WebSignIn } from '../identity/web-sign-in.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import type { Random } from '../kernel/random.ts'
import { deriveKey, SecretBox } from '../kernel/secret-box.ts'
import type { Secret } from '../kernel/secret.ts'
import { noMail, printedMail } from '../mail/printed.ts'
import { smtpMail } from '../mail/smtp.ts'
import type { Grants } from '../oauth/grants.ts'
import { mailLinkStore } from '../store/mail-link-store.ts'
import { passkeyStore, recoveryCodeStore } from '../store/passkey-store.ts'
import type { Store } from '../store/open.ts'
import { webauthnCeremony } from '../webauthn/ceremony.ts'

/** Everything about how people get in through a browser. */
export interface People {
  readonly enrolment: Enrolment
  readonly reset: PasswordReset
  readonly signIn: WebSignIn
  readonly own: OwnAccount
  readonly passkeys: Passkeys
  /** A browser accepts a host's name for passkeys, not its address. */
  readonly passkeysPossible: boolean
  readonly recovery: RecoveryCodes
  readonly mailer: Mailer
  removeExpired(): Promise<void>
}

export function openPeople(
  settings: Settings,
  ports: {
    db: Store['db']
    secretKey: Secret<Buffer>
    mailer: Mailer
    letters: Letters
    accounts: Accounts
    sessions: WebSessions
    sshKeys: SshKeys
    grants: Grants
    clock: Clock
    random: Random
    log: Log
  },
): People {
  const { db, clock, random, accounts, sessions, mailer, letters } = ports
  const { publicUrl } = settings.addressing
  const linkRows = mailLinkStore(db)
  const links = new MailLinks({ store: linkRows, clock, random })
  const attempts = new SignInAttempts()
  const budget = new MailBudget()
  const passkeys = new Passkeys({
    store: passkeyStore(db),
    ceremony: webauthnCeremony(publicUrl),
    challenges: new Challenges({ clock, random }),
    clock,
  })
  const recovery = new RecoveryCodes({ store: recoveryCodeStore(db), random })
  const inBackground = (work: Promise<void>): void =>
    void work.catch((cause: unknown) => ports.log.error('mail.sign_up_failed', { reason: messageOf(cause) }))
  const enrolment = new Enrolment({ accounts, links, letters, mailer, budget, attempts, clock, inBackground })
  const box = new SecretBox(deriveKey(ports.secretKey, 'sign-in tickets'), random)
  return {
    enrolment,
    reset: new PasswordReset({
      accounts,
      links,
      letters,
      mailer,
      budget,
      attempts,
      sessions,
      clock,
      async forgetCredentials(userId) {
        await passkeys.removeAll(userId)
        await ports.sshKeys.revokeAll(userId)
        await ports.grants.revokeAll(userId)
      },
    }),
    signIn: new WebSignIn({ accounts, enrolment, passkeys, recovery, attempts, letters, mailer, box, clock }),
    own: new OwnAccount({ accounts, passkeys, recovery, sessions, attempts, letters, mailer, clock }),
    passkeys,
    passkeysPossible: !/^[\d.]+$|^\[/.test(publicUrl.hostname),
    recovery,
    mailer,
    removeExpired: () => linkRows.removeExpired(clock.nowMs()),
  }
}

export function openMailer(settings: Settings, ports: { log: Log; lifecycle: Lifecycle }): Mailer {
  const { log, lifecycle } = ports
  if (settings.mail !== undefined) return lifecycle.own('mail', smtpMail(settings.mail, log))
  return isLoopbackHostname(settings.addressing.publicUrl.hostname) ? printedMail(log) : noMail(log)
}
