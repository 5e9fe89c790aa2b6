export type UserId = string

/** A person as the rest of the system sees them: no credentials. */
export interface User {
  readonly id: UserId
  /** Lower case; unique. */
  readonly email: string
  /** The stable name of the person's default tunnel, such as `calm-otter-4821`; unique, never reassigned. */
  readonly tunnelName: string
  readonly disabled: boolean
  /** Whether this person has shown that mail to the address reaches them. */
  readonly emailVerified: boolean
  /** Values by claim name, as the identity provider gave them; empty for built-in accounts. */
  readonly claims: Readonly<Record<string, readonly string[]>>
}
