import { isRecord } from '../kernel/record.ts'
import { filterLists, hasVariantList, listedIn, MAX_LISTED, type ListedItem } from '../mcp/list-answer.ts'
import { ENVELOPE_KEYS, hasVariantOf } from '../mcp/message.ts'
import { pass, type MessageRule, type Ruling } from './message-rule.ts'

const ANOTHER_CASE: Ruling = {
  kind: 'refuse',
  error: { code: -32603, message: 'The server’s answer writes a list, or what holds it, in another case' },
}
const TOO_LONG: Ruling = {
  kind: 'refuse',
  error: { code: -32603, message: `The server’s list is longer than ${MAX_LISTED}` },
}

/** Answers that hold a list hold only what the caller could use. On a stream any message may be one. */
export const listRule =
  (keeps: (item: ListedItem) => boolean): MessageRule =>
  (message) => {
    const { result } = message
    if (hasVariantOf(ENVELOPE_KEYS, message)) return ANOTHER_CASE
    if (!isRecord(result)) return pass(message)
    if (hasVariantList(result)) return ANOTHER_CASE
    if (listedIn(result).length > MAX_LISTED) return TOO_LONG
    const filtered = filterLists(result, keeps)
    return pass(filtered === result ? message : { ...message, result: filtered })
  }
