import { isRecord } from '../kernel/record.ts'
import { hasVariantOf } from './message.ts'

/** What a list result may hold, and what its items are called by. */
const KEY_OF = {
  tools: 'name',
  prompts: 'name',
  resources: 'uri',
  resourceTemplates: 'uriTemplate',
} as const

export type ListKind = keyof typeof KEY_OF

export interface ListedItem {
  readonly kind: ListKind
  readonly name: string
  readonly definition: Readonly<Record<string, unknown>>
}

const KINDS = Object.keys(KEY_OF) as readonly ListKind[]
const FOLDED_KINDS = new Set(KINDS.map((kind) => kind.toLowerCase()))
const NAMES = new Set(Object.values(KEY_OF).map((name) => name.toLowerCase()))

/** Methods whose answer is a list. */
export const LIST_METHODS: readonly string[] = [
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]

/** A reader that does not look at case would find lists here that were not filtered. */
export const hasVariantList = (result: Readonly<Record<string, unknown>>): boolean => hasVariantOf(FOLDED_KINDS, result)

/** More than anybody reads; judging each would keep everybody else waiting. */
export const MAX_LISTED = 10_000

/** A copy that was filtered for one caller goes stale when a policy or a group changes. */
const FILTERED_TTL_MS = 10_000

/**
 * The lists in an answer, known by their shape: on a stream an answer does not say what was asked. An item that cannot be
 * named cannot be judged, so it is not counted, and `filterLists` removes it.
 */
export const listedIn = (result: Readonly<Record<string, unknown>>): readonly ListedItem[] =>
  KINDS.flatMap((kind) => itemsOf(result, kind).flatMap((item) => listed(kind, item) ?? []))

/**
 * The result without what `keeps` refuses, in the same order; the same object where nothing had to go. The rest is
 * for this caller alone, and not for long (MCP 2026-07-28, caching).
 */
export function filterLists(
  result: Readonly<Record<string, unknown>>,
  keeps: (item: ListedItem) => boolean,
): Readonly<Record<string, unknown>> {
  let filtered = result
  for (const kind of KINDS) {
    const items = itemsOf(result, kind)
    const kept = items.filter((item) => {
      const known = listed(kind, item)
      return known !== undefined && keeps(known)
    })
    if (kept.length < items.length) filtered = { ...filtered, [kind]: kept }
  }
  if (filtered === result) return result
  const { ttlMs } = result
  const shorter = typeof ttlMs === 'number' ? Math.min(ttlMs, FILTERED_TTL_MS) : FILTERED_TTL_MS
  return { ...filtered, ttlMs: shorter, cacheScope: 'private' }
}

const itemsOf = (result: Readonly<Record<string, unknown>>, kind: ListKind): readonly unknown[] => {
  const items = result[kind]
  return Array.isArray(items) ? items : []
}

function listed(kind: ListKind, item: unknown): ListedItem | undefined {
  if (!isRecord(item) || hasVariantOf(NAMES, item)) return undefined
  const name = item[KEY_OF[kind]]
  return typeof name === 'string' && name !== '' ? { kind, name, definition: item } : undefined
}
