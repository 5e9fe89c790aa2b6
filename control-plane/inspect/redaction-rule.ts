import type { Redactor } from '../redaction/redactor.ts'
import { pass, type JsonObject, type MessageRule } from './message-rule.ts'

/** Opaque to the client, and of use to the server only if it comes back as it was. */
const OPAQUE = new Set(['nextCursor', 'requestState'])

/**
 * Redacts every text of a message, decoded: an escape cannot hide a secret, nor can a cut between two chunks. The envelope
 * (`id`, `method`) stays, because the answer would reach nobody.
 */
export const redactionRule =
  (redact: Redactor): MessageRule =>
  (message) => {
    const redacted = { ...message }
    let changed = false
    for (const part of ['result', 'error', 'params'] as const) {
      const value = message[part]
      if (value === undefined) continue
      const clean = part === 'result' ? redactResult(value, redact) : redactValue(value, redact)
      changed ||= clean !== value
      redacted[part] = clean
    }
    return pass(changed ? redacted : message)
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

/** A number as it was written, from the lossless reader. */
const isRawNumber = (value: object): value is { readonly rawJSON: string } =>
  (JSON as typeof JSON & { isRawJSON(value: unknown): boolean }).isRawJSON(value)
