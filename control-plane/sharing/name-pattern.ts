/** A name, or a part of one with `*` at its beginning, its end or both: `read_*`, `*_file`, `*@example.com`, `*`. */
export interface NamePattern {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'part'
  readonly text: string
}

/** What tools and people are called; nothing that a terminal or a shell would read as something else. */
const PATTERN = /^(?<before>\*?)(?<text>[\w.:/@+-]{1,256})(?<after>\*?)$/

/** Undefined for what is no pattern: a star in the middle is none, because policies have no word for it either. */
export function parseNamePattern(written: string): NamePattern | undefined {
  if (written === '*') return { kind: 'prefix', text: '' }
  const { before, text, after } = PATTERN.exec(written)?.groups ?? {}
  if (text === undefined) return undefined
  if (before === '') return { kind: after === '' ? 'exact' : 'prefix', text }
  return { kind: after === '' ? 'suffix' : 'part', text }
}

/** Whether every name that the first stands for is one of the second. */
export function isWithin(inner: NamePattern, outer: NamePattern): boolean {
  if (outer.text === '' || (inner.kind === outer.kind && inner.text === outer.text)) return true
  const isExact = inner.kind === 'exact'
  switch (outer.kind) {
    case 'exact':
      return false
    case 'prefix':
      return (isExact || inner.kind === 'prefix') && inner.text.startsWith(outer.text)
    case 'suffix':
      return (isExact || inner.kind === 'suffix') && inner.text.endsWith(outer.text)
    case 'part':
      return inner.text.includes(outer.text)
  }
}

const OPERATOR = { exact: 'is', prefix: 'starts_with', suffix: 'ends_with', part: 'contains' } as const

/** As a string matcher of the policy language. */
export const matcherOf = ({ kind, text }: NamePattern): Readonly<Record<string, string>> => ({ [OPERATOR[kind]]: text })
