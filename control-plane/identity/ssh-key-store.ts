import type { ProvenKey } from './ssh-admission.ts'
import type { SshKeyBinding } from './standing.ts'
import type { UserId } from './user.ts'

/** A bound key as its person sees it. */
export interface SshKeyRecord extends ProvenKey {
  readonly boundAtMs: number
  readonly lastSeenAtMs: number | undefined
  /** The address of the last connection that signed in with it. */
  readonly lastSeenFrom: string | undefined
}

/** Port: which key admits whom. */
export interface SshKeyStore {
  all(): Promise<readonly SshKeyBinding[]>
  ofUser(userId: UserId): Promise<readonly SshKeyRecord[]>
  /** Atomic: a bound key never changes hands silently. */
  bind(key: ProvenKey, userId: UserId, nowMs: number): Promise<'bound' | 'known' | 'taken'>
  seen(fingerprint: string, from: string, nowMs: number): Promise<void>
  /** Only the user's own; whether there was one. */
  unbind(fingerprint: string, userId: UserId): Promise<boolean>
}
