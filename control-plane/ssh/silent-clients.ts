/** As many keys as are remembered; a flood of new ones only costs others a hint. */
const MAX_REMEMBERED = 1000

/**
 * Keys whose last connection proved them and then left without asking for keyboard-interactive: `BatchMode=yes`, as
 * service units and autossh use it. Such a client shows a banner but never a sign-in link, and while it is connected it
 * cannot be told from one that still has keys to try. So it is told what to do at its next attempt, and nobody else sees
 * that text. The link itself is no use there: it dies with the connection.
 */
export class SilentClients {
  readonly #fingerprints = new Set<string>()

  leftSilently(fingerprint: string): void {
    this.#fingerprints.delete(fingerprint)
    this.#fingerprints.add(fingerprint)
    const oldest = this.#fingerprints.size > MAX_REMEMBERED ? this.#fingerprints.values().next().value : undefined
    if (oldest !== undefined) this.#fingerprints.delete(oldest)
  }

  /** True once per silent departure. */
  take(fingerprint: string): boolean {
    return this.#fingerprints.delete(fingerprint)
  }
}
