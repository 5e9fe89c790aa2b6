/** A submitted form or a query: nothing in it has been checked. */
export type Fields = Readonly<Record<string, unknown>>

/** The field as text; empty where it is missing or was sent several times. */
export const field = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}
