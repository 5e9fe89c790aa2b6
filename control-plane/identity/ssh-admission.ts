import type { Result } from '../kernel/result.ts'
import type { User } from './user.ts'

/** A public key whose possession was proven by a signature in this connection. An offered key identifies nobody. */
export interface ProvenKey {
  /** OpenSSH form: `SHA256:` and unpadded base64. */
  readonly fingerprint: string
  /** Such as `ssh-ed25519`. */
  readonly algorithm: string
  /** The public key blob of RFC 4253 §6.6, base64. */
  readonly blob: string
}

/** What is known of an SSH connection that asks to be let in. */
export interface SshVisitor {
  readonly address: string
  readonly username: string
  readonly key: ProvenKey | undefined
}

export type SignInDecision =
  /** `sessionId` is of the browser in which the person said so; undefined where the key was bound meanwhile. */
  | { readonly kind: 'authorized'; readonly user: User; readonly sessionId: string | undefined }
  | { readonly kind: 'denied' }
  | { readonly kind: 'expired' }

/** One open question to a person: may this SSH connection act as you? */
export interface SignInTicket {
  readonly link: string
  /** Shown in the terminal and on the page, so that a person can compare them: `KXWD-4821`. */
  readonly shortCode: string
  readonly expiresAtMs: number
  readonly decided: Promise<SignInDecision>
  /** The connection is gone: the link stops working. Harmless after a decision. */
  withdraw(): void
}

/** What let a connection in. */
export interface SshEntry {
  readonly user: User
  readonly key: ProvenKey | undefined
  /** Of the browser that vouched for it; undefined for a key that was bound. */
  readonly sessionId: string | undefined
}

/** Port of the dock: who may come in over SSH. */
export interface SshAdmission {
  /** The enabled user to whom this key is bound. In memory, so that every offered key can be asked about. */
  findUserOfKey(fingerprint: string): User | undefined
  /** Opens a question; refused while too many are open for this address or in total. */
  openSignIn(visitor: SshVisitor): Result<SignInTicket, 'too_many'>
  /** Calls back once when this key is bound to a user who may come in, from whichever page. Returns unsubscribe. */
  onBound(fingerprint: string, tell: (user: User) => void): () => void
  /** A connection came in with this key. */
  signedIn(key: ProvenKey, address: string): void
  /** Calls back once when what let a connection in is not valid any more, with the sentence to show. Returns unsubscribe. */
  onRevoked(entry: SshEntry, tell: (reason: string) => void): () => void
}
