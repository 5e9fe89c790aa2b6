/** Why a connection is over, and what follows from it. */
export type ConnectionEnd =
  /** Worth another attempt. `servedMs` is how long its forwards were accepted, 0 if never. */
  | { readonly kind: 'lost'; readonly reason: string; readonly servedMs: number }
  /** Not even a connection. */
  | { readonly kind: 'offline'; readonly reason: string }
  /** There is no second address to connect to. */
  | { readonly kind: 'no_node' }
  | FinalEnd

/** Trying again would change nothing. */
export type FinalEnd =
  | { readonly kind: 'sign_in_refused'; readonly reason: string }
  | { readonly kind: 'host_key'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'taken_over'; readonly reason: string }
  | { readonly kind: 'stopped' }
