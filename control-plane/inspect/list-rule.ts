import { isRecord } from '../kernel/record.ts'
import { filterLists, hasVariantList, listedIn, MAX_LISTED, type ListedItem } from '../mcp/list-answer.ts'
import { pass, type MessageRule } from './message-rule.ts'

/** Answers that hold a list hold only what the caller could use. On a stream any message may be one. */
export const listRule =
  (keeps: (item: ListedItem) => boolean): MessageRule =>
  (message) => {
    const { result } = message
    if (!isRecord(result)) return pass(message)
    if (hasVariantList(result)) {
      return { kind: 'refuse', error: { code: -32603, message: 'The server’s answer writes a list in another case' } }
    }
    if (listedIn(result).length > MAX_LISTED) {
      return { kind: 'refuse', error: { code: -32603, message: `The server’s list is longer than ${MAX_LISTED}` } }
    }
    const filtered = filterLists(result, keeps)
    return pass(filtered === result ? message : { ...message, result: filtered })
  }
