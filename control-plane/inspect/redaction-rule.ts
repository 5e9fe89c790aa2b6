import { isRawNumber } from '../kernel/record.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { pass, type JsonObject, type MessageRule } from './message-rule.ts'

/** Opaque to the client, and of use to the server only if it comes back as it was. */
const OPAQUE = new Set(['nextCursor', 'requestState'])

/** Without these as they are the answer would reach nobody. */
const ENVELOPE = new Set(['jsonrpc', 'id', 'method'])

/** Redacts every text of a message, decoded: an escape cannot hide a secret, nor can a cut between two chunks. */
export const redactionRule =
  (redact: Redactor): MessageRule =>
  (message) => {
    let changed = false
    const members = Object.entries(message).map(([key, value]) => {
      if (ENVELOPE.has(key)) return [key, value] as const
      const clean = key === 'result' ? redactResult(value, redact) : redactValue(value, redact)
      const cleanKey = redact(key)
      changed ||= clean !== value || cleanKey !== key
      return [cleanKey, clean] as const
    })
    return pass(changed ? Object.fromEntries(members) : message)
  }

function redactResult(result: unknown, redact: Redactor): unknown {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return redactValue(result, redact)
  return redactObject(result as JsonObject, redact, OPAQUE)
}

/** The same value where nothing is in it. */
function redactValue(value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number') return redactNumber(String(value), value, redact)
  if (typeof value !== 'object' || value === null) return value
  if (isRawNumber(value)) return redactNumber(value.rawJSON, value, redact)
  if (!Array.isArray(value)) return redactObject(value as JsonObject, redact)
  const clean = value.map((item) => redactValue(item, redact))
  return clean.some((item, index) => item !== value[index]) ? clean : value
}

function redactObject(value: JsonObject, redact: Redactor, opaque?: ReadonlySet<string>): JsonObject {
  let changed = false
  const entries = Object.entries(value).map(([key, item]) => {
    const [cleanKey, cleanItem] = [redact(key), opaque?.has(key) === true ? item : redactValue(item, redact)]
    changed ||= cleanKey !== key || cleanItem !== item
    return [cleanKey, cleanItem] as const
  })
  return changed ? Object.fromEntries(entries) : value
}

/** A card number is one without quotes, too; then a text takes its place. */
function redactNumber(written: string, value: unknown, redact: Redactor): unknown {
  const clean = redact(written)
  return clean === written ? value : clean
}
