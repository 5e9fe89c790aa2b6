import { isRecord } from '../kernel/record.ts'

/** What an ID token, userinfo or an API says of a person: nothing in it has been looked at. */
export type RawClaims = Readonly<Record<string, unknown>>

/** The value at a name as written (`https://example.com/groups`), else along a path (`realm_access.roles`). */
export function valueAt(raw: RawClaims, path: string): unknown {
  if (Object.hasOwn(raw, path)) return raw[path]
  return path
    .split('.')
    .reduce<unknown>((value, name) => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined), raw)
}

/** A claim as a list of strings. Numbers and booleans are written out; anything else is left away. */
export function stringsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter(isScalar).map(String)
  return isScalar(value) ? [String(value)] : []
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** The claim as text; undefined where it is missing, empty or something else. */
export const textAt = (raw: RawClaims, name: string): string | undefined => {
  const value = Object.hasOwn(raw, name) ? raw[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
