import type { User, UserId } from './user.ts'

export interface Account extends User {
  /** PHC string; undefined for people who sign in elsewhere or with passkeys only. */
  readonly passwordHash: string | undefined
  /** After the password, a passkey or a recovery code is asked for. */
  readonly secondFactor: boolean
}

/** An account as the operator sees it in a list. */
export interface AccountSummary extends User {
  readonly hasPassword: boolean
  readonly passkeys: number
}

/** Port: accounts at rest. */
export interface AccountStore {
  all(): Promise<readonly User[]>
  summaries(): Promise<readonly AccountSummary[]>
  find(id: UserId): Promise<Account | undefined>
  findByEmail(email: string): Promise<Account | undefined>
  /** Atomic: `email_taken` and `name_taken` are the store's own unique constraints, not a look beforehand. */
  add(account: Account, nowMs: number): Promise<'added' | 'email_taken' | 'name_taken'>
  /** Whether there was such a user. */
  setDisabled(id: UserId, disabled: boolean): Promise<boolean>
  setEmailVerified(id: UserId): Promise<void>
  setPasswordHash(id: UserId, passwordHash: string): Promise<void>
  /** Atomic: refused where no passkey would be left to sign in with. */
  removePasswordHash(id: UserId): Promise<boolean>
  /** Atomic: refused where there is no passkey to ask for. */
  setSecondFactor(id: UserId, on: boolean): Promise<boolean>
}
