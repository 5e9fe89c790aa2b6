/**
 * Trust on first use: which host key belongs to which gateway. A file of its own, one line for each gateway:
 * `HOST:PORT TYPE FINGERPRINT`.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface HostKey {
  /** As in the key itself: `ssh-ed25519`. */
  readonly type: string
  /** As `ssh-keygen -l` prints it. */
  readonly fingerprint: string
}

export interface KnownHost extends HostKey {
  readonly line: number
}

export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'first' }
  | { readonly kind: 'other'; readonly expected: readonly KnownHost[] }

/** RFC 4253 §6.6: a key begins with its type as a string. */
export function hostKeyOf(blob: Buffer): HostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0
  const hash = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return { type: blob.subarray(4, 4 + Math.min(length, 64)).toString('latin1'), fingerprint: `SHA256:${hash}` }
}

export function findKnown(text: string, gateway: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line, index) => {
    const [name, type, fingerprint] = line.trim().split(/\s+/)
    const found = name === gateway && type !== undefined && fingerprint !== undefined
    return found ? [{ type, fingerprint, line: index + 1 }] : []
  })
}

/** Another key of another type counts as changed: whoever stands between would offer just that. */
export function judgeHostKey(known: readonly KnownHost[], key: HostKey): HostKeyVerdict {
  if (known.length === 0) return { kind: 'first' }
  if (known.some(({ type, fingerprint }) => type === key.type && fingerprint === key.fingerprint))
    return { kind: 'known' }
  return { kind: 'other', expected: known }
}

/** The file, which others may be writing at the same time: read anew for each question. */
export class KnownHosts {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  find(gateway: string): readonly KnownHost[] {
    try {
      return findKnown(readFileSync(this.path, 'utf8'), gateway)
    } catch (cause) {
      // Only a file that is not there holds no keys; an unreadable one must not look like a first contact.
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
      throw cause
    }
  }

  add(gateway: string, key: HostKey): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 })
    appendFileSync(this.path, `${gateway} ${key.type} ${key.fingerprint}\n`, { mode: 0o600 })
    chmodSync(this.path, 0o600)
  }
}

export const changedKeySentence = (
  gateway: string,
  facts: { readonly key: HostKey; readonly expected: readonly KnownHost[]; readonly path: string },
): string =>
  [
    `The host key of ${gateway} is another one than before: somebody may be listening in, or the gateway was set up anew`,
    `  now      ${facts.key.type} ${facts.key.fingerprint}`,
    ...facts.expected.map((known) => `  expected ${known.type} ${known.fingerprint} (${facts.path}:${known.line})`),
    `If whoever runs the gateway confirms the new one, remove line ${facts.expected.map(({ line }) => line).join(', ')} of ${facts.path}`,
  ].join('\n')
