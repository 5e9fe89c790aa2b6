/**
 * The world failed: a port is taken, a file cannot be read, a peer is unreachable.
 * `code` is dotted and stable (`start.port_taken`), the message is for people, `hint` says what to do.
 */
export class Fault extends Error {
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, options: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super(message, { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.hint = options.hint
  }
}

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** Node's system error code (`EADDRINUSE`), where the thrown value carries one. */
export const systemCodeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
