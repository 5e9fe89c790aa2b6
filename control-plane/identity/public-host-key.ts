/** What others may know of a host key of the SSH server. */
export interface PublicHostKey {
  /** Such as `ssh-ed25519`. */
  readonly algorithm: string
  /** What a person compares with ssh's question at the first connection. */
  readonly fingerprint: string
  /** The public key blob, base64: what stands in known_hosts after host and algorithm. */
  readonly blob: string
  /** The data of an SSHFP record (RFC 4255 §3.1, RFC 6594, RFC 7479), with SHA-256. */
  readonly sshfp: string
}
