/**
 * What a client asked for with `tcpip-forward` (RFC 4254 §7.1), literally: the strings must be sent back unchanged
 * when a channel is opened, or OpenSSH refuses it.
 */
export interface ForwardRequest {
  readonly bindAddress: string
  /** 0 to 65535; 0 lets the server choose. */
  readonly bindPort: number
}

/** dynamic: the client is a SOCKS server and we name the target. static: the client connects to its own fixed target. */
export type ForwardMode = 'dynamic' | 'static'

/** Addresses that OpenSSH sends when the person wrote no host before the port. */
const NO_LABEL = new Set(['', '*', 'localhost', '127.0.0.1', '::', '::1', '0.0.0.0'])

/** The label in `-R label:443:localhost:3000`, or undefined where the person wrote none. */
export const labelOf = (forward: ForwardRequest): string | undefined =>
  NO_LABEL.has(forward.bindAddress) ? undefined : forward.bindAddress.toLowerCase()
