import type { User, UserId } from './user.ts'

export interface Account extends User {
  /** PHC string; undefined for people who sign in elsewhere. */
  readonly passwordHash: string | undefined
}

/** Port: accounts at rest. */
export interface AccountStore {
  all(): Promise<readonly User[]>
  findByEmail(email: string): Promise<Account | undefined>
  /** Atomic: `email_taken` and `name_taken` are the store's own unique constraints, not a look beforehand. */
  add(account: Account, nowMs: number): Promise<'added' | 'email_taken' | 'name_taken'>
  /** Whether there was such a user. */
  setDisabled(id: UserId, disabled: boolean): Promise<boolean>
}
