/** An expected outcome. The problems are sentences for the person who wrote what was read. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] }

export const read = <T>(value: T): Read<T> => ({ ok: true, value })
export const unreadable = (...problems: readonly string[]): Read<never> => ({ ok: false, problems })
