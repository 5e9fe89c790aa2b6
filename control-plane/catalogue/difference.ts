import { isRecord } from '../kernel/record.ts'
import type { ToolRecord } from './tool-store.ts'

/** One place in a definition that is not as it was approved. `undefined` is "not there". */
export interface Difference {
  /** `description`, `inputSchema.properties.path.type`. */
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

/** More than a person reads before they refuse. */
const MAX_DIFFERENCES = 100

/** What the server shows now against what was approved; everything where nothing was. */
export function differencesOf({ approvedText, seenText }: ToolRecord): readonly Difference[] {
  const approved: unknown = approvedText === undefined ? {} : JSON.parse(approvedText)
  return compare(approved, JSON.parse(seenText), '').slice(0, MAX_DIFFERENCES)
}

function compare(from: unknown, to: unknown, path: string): readonly Difference[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted()
    return keys.flatMap((key) => compare(own(from, key), own(to, key), path === '' ? key : `${path}.${key}`))
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }]
}

const own = (record: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined

export type ToolStatus = 'approved' | 'changed' | 'new'

export const statusOf = ({ approvedHash, seenHash }: ToolRecord): ToolStatus =>
  approvedHash === undefined ? 'new' : approvedHash === seenHash ? 'approved' : 'changed'
