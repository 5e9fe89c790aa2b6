import type { Settlement } from '../audit/event.ts'

/** A call that waits for a person, as that person sees it. Texts of the caller are strangers' texts. */
export interface HeldCall {
  readonly requestId: string
  readonly route: string
  readonly by: Approver
  readonly heldAtMs: number
  readonly expiresAtMs: number
  readonly caller: { readonly userId: string; readonly email: string; readonly clientId: string } | undefined
  readonly clientAddress: string
  readonly tool: string
  /** JSON of exactly what the server will get, one value on each line; what is left out for its length is counted at the end. */
  readonly argumentsText: string
  /** Of the request's body, which waits with it. */
  readonly bodyBytes: number
}

/** The person behind the tunnel, or any member of a group. */
export type Approver = { readonly kind: 'owner' } | { readonly kind: 'group'; readonly name: string }

export type HeldChange =
  | { readonly kind: 'held'; readonly call: HeldCall }
  | { readonly kind: 'settled'; readonly call: HeldCall; readonly settlement: Settlement }
