import type { RpcError } from '../mcp/refusal.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** What a rule makes of one message on its way to the client. */
export type Ruling =
  /** The same object where nothing had to change: then the bytes pass as they came. */
  | { readonly kind: 'pass'; readonly message: JsonObject }
  /** The message is left out; what was asked may still be answered. */
  | { readonly kind: 'drop' }
  /** The call ends with this error, and nothing of the answer passes any more. */
  | { readonly kind: 'refuse'; readonly error: RpcError }

export type MessageRule = (message: JsonObject) => Ruling

export const pass = (message: JsonObject): Ruling => ({ kind: 'pass', message })

/** Each rule sees what the one before has left. */
export const inOrder =
  (rules: readonly MessageRule[]): MessageRule =>
  (received) => {
    let message = received
    for (const rule of rules) {
      const ruling = rule(message)
      if (ruling.kind !== 'pass') return ruling
      message = ruling.message
    }
    return pass(message)
  }
