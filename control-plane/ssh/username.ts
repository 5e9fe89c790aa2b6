/** What a client writes before the `@`, taken apart. */
export interface Username {
  /** For policies; chosen by the client, and no identity. */
  readonly name: string
  /** The person wants the sign-in link as a QR code too. */
  readonly wantsQrCode: boolean
}

/**
 * `qr@HOST` and `ann+qr@HOST` ask for a QR code. The name is the only thing that a client says before it signs in: whether its
 * terminal can show one is not known then.
 */
export function usernameOf(written: string): Username {
  const asks = /^(?:(.*)\+)?qr$/.exec(written)
  return asks === null ? { name: written, wantsQrCode: false } : { name: asks[1] ?? written, wantsQrCode: true }
}
