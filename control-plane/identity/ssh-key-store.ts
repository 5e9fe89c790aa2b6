import type { ProvenKey } from './ssh-admission.ts'
import type { SshKeyBinding } from './standing.ts'
import type { UserId } from './user.ts'

/** Port: which key admits whom. */
export interface SshKeyStore {
  all(): Promise<readonly SshKeyBinding[]>
  ofUser(userId: UserId): Promise<readonly (ProvenKey & { readonly boundAtMs: number })[]>
  /** Atomic: a bound key never changes hands silently. */
  bind(key: ProvenKey, userId: UserId, nowMs: number): Promise<'bound' | 'taken'>
  /** Only the user's own; whether there was one. */
  unbind(fingerprint: string, userId: UserId): Promise<boolean>
}
