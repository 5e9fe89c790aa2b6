import { z } from 'zod'

import type { Finding } from './problem.ts'
import { readNamedFile, type Reading } from './secret.ts'

/** The value of a header that we send: it may be a secret, so it may stand elsewhere. */
export const headerValue = z.union(
  [z.string(), z.strictObject({ file: z.string() }), z.strictObject({ env: z.string() })],
  'Expected a text, { file: FILE } or { env: NAME }',
)

type Source = z.infer<typeof headerValue>
type Path = Finding['path']

/** RFC 9110 §5.5, without the bytes beyond ASCII that servers read differently. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** The messages never contain the value: it may be a secret. */
export function readHeaderValue(source: Source, path: Path, at: Reading): string | undefined {
  const text = textOf(source, path, at)
  if (text === undefined || (VALUE.test(text) && text.length <= 8192)) return text
  const message = text === '' ? 'The value is empty' : 'The value is not one line of up to 8192 plain ASCII characters'
  at.findings.push({ path, message })
  return undefined
}

function textOf(source: Source, path: Path, at: Reading): string | undefined {
  if (typeof source === 'string') return source
  if ('file' in source) return readNamedFile(source.file, [...path, 'file'], at)?.trim()
  const value = at.variable(source.env)
  if (value === undefined) {
    at.findings.push({ path: [...path, 'env'], message: `The environment has no "${source.env}"`, hint: 'set it' })
  }
  return value
}
