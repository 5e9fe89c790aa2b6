import { hash } from 'node:crypto'

import { canonicalJson } from '../kernel/canonical-json.ts'
import { isRecord } from '../kernel/record.ts'

export const ARGUMENT_MODES = ['none', 'hash', 'redacted', 'full'] as const
/** How much of a call's arguments is kept. */
export type ArgumentMode = (typeof ARGUMENT_MODES)[number]

export const DEFAULT_ARGUMENT_MODE: ArgumentMode = 'hash'

/** What was kept. A hash tells equal arguments from others; short ones can be guessed from it. */
export type RecordedArguments =
  | { readonly kind: 'hash'; readonly sha256: string; readonly insteadOf?: 'redacted' | 'full' }
  | { readonly kind: 'redacted' | 'full'; readonly value: Arguments }

type Arguments = Readonly<Record<string, unknown>>

/** UTF-16 units of JSON. What is longer is kept as a hash: half of an argument could be taken for all of it. */
export const MAX_ARGUMENTS_LENGTH = 8192

/** Pure. Undefined where there are none, or where none are to be kept. */
export function recordArguments(given: Arguments | undefined, mode: ArgumentMode): RecordedArguments | undefined {
  if (given === undefined || mode === 'none') return undefined
  if (mode === 'hash') return { kind: 'hash', sha256: hashOf(given) }
  const value = mode === 'full' ? given : redactedRecord(given)
  if (JSON.stringify(value).length <= MAX_ARGUMENTS_LENGTH) return { kind: mode, value }
  return { kind: 'hash', sha256: hashOf(given), insteadOf: mode }
}

const hashOf = (given: Arguments): string => hash('sha256', canonicalJson(given))

/** Keys, numbers and booleans stay; of a text only its length does. */
function redacted(value: unknown): unknown {
  if (typeof value === 'string') return `string(${value.length})`
  if (Array.isArray(value)) return value.map(redacted)
  return isRecord(value) ? redactedRecord(value) : value
}

/** From entries, because an assignment to `__proto__` would lose that key. */
const redactedRecord = (value: Arguments): Arguments =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redacted(member)]))
