/**
 * What is authorised is what the server reads, whatever it is written in (invariant 2). Whatever our reader accepts of a
 * corpus of nasty bodies is read the same by Python's, Go's and Rust's readers, as far as a policy looks at it: method, id,
 * the names of what it acts on, and arguments.
 */
import { beforeAll, expect, test } from 'vitest'

import { isRecord } from '../../control-plane/kernel/record.ts'
import { parseMessage, type Message } from '../../control-plane/mcp/message.ts'
import { argumentAt } from '../../control-plane/policy/mcp-criteria.ts'
import { corpus } from './corpus.ts'
import { findReaders, readAll, type Reader, type Reading, type Seen } from './readers.ts'

/** Named by rules, and declared by the tool that Go's reader plays. */
const PATHS = ['path', 'amount', 'force', 'list', 'id', 'nested.deep']
const FIELDS = ['name', 'uri', 'taskId', 'requestId', 'cursor'] as const
const RANDOM_BODIES = 15_000

let readers: readonly Reader[]
let accepted: { readonly body: Buffer; readonly message: Message }[]
let refused: Buffer[]

beforeAll(async () => {
  const found = await findReaders()
  readers = found.readers
  for (const reason of found.missing) console.log(`Not compared with ${reason}`)
  const bodies = corpus(RANDOM_BODIES)
  accepted = bodies.flatMap((body) => {
    const message = parseMessage(body)
    return message.ok ? [{ body, message: message.value }] : []
  })
  refused = bodies.filter((body) => !parseMessage(body).ok)
}, 600_000)

test('the corpus has enough of what is accepted and of what is refused to say something', () => {
  expect(accepted.length).toBeGreaterThan(2000)
  expect(refused.length).toBeGreaterThan(10_000)
})

test('what our reader accepts is read the same by every other one', async () => {
  const differences: string[] = []
  for (const reader of readers) {
    const answers = await readAll(
      reader,
      accepted.map(({ body }) => body),
    )
    for (const [index, { body, message }] of accepted.entries()) {
      for (const [name, reading] of Object.entries(answers[index] ?? {})) {
        const difference = differenceOf(message, name, reading)
        if (difference !== undefined) differences.push(`${name}: ${difference} in ${short(body)}`)
      }
    }
  }

  expect(differences.slice(0, 40)).toEqual([])
})

test('what our reader refuses is what the others take, and not for the same', async () => {
  const readings = await Promise.all(readers.map((reader) => readAll(reader, refused)))
  const taken = refused.map((_, index) => {
    const seen = readings.flatMap((answers) => Object.entries(answers[index] ?? {}))
    return seen.flatMap(([name, reading]) =>
      name === 'go declared' || reading.refused !== undefined
        ? []
        : [JSON.stringify([reading['method'], reading['name'], reading['uri']])],
    )
  })

  expect(taken.filter((calls) => calls.length > 0).length).toBeGreaterThan(100)
  const disputed = taken.filter((calls) => new Set(calls).size > 1).length
  expect(readers.length === 1 || disputed > 100).toBe(true)
})

const short = (body: Buffer): string => {
  const text = JSON.stringify(body.toString('utf8'))
  return text.length > 300 ? `${text.slice(0, 150)}…${text.slice(-150)}` : text
}

function differenceOf(message: Message, name: string, reading: Reading): string | undefined {
  const { declared } = reading
  // A tool that declares its arguments may refuse a call; it may not read another one.
  if (name === 'go declared' && reading.refused !== undefined) return undefined
  if (reading.refused !== undefined) return `refused, ${reading.refused}`
  if (declared !== undefined) return argumentDifference(message, (path) => declared[path] ?? null)
  const expected: Record<string, unknown> = {
    id: message.kind === 'notification' ? undefined : message.id,
    method: message.kind === 'response' ? undefined : message.method,
  }
  for (const field of FIELDS) if (message.kind !== 'response') expected[field] = message.params[field]
  for (const [field, value] of Object.entries(expected)) {
    const seen = (reading[field] ?? null) as Seen
    if (!isSame(value, seen)) return `${field} is ${JSON.stringify(value)} and ${JSON.stringify(seen)}`
  }
  return argumentDifference(message, (path) => seenAt((reading['arguments'] ?? null) as Seen, path.split('.')))
}

function argumentDifference(message: Message, seenIn: (path: string) => Seen): string | undefined {
  if (message.kind === 'response') return undefined
  const given = message.params['arguments']
  for (const path of PATHS) {
    const ours = argumentAt(isRecord(given) ? given : {}, path.split('.'))
    // A rule that looks at it refuses the call.
    if (ours === 'unclear') continue
    const value = ours === 'missing' ? undefined : ours.value
    const seen = isRecord(given) ? seenIn(path) : null
    if (!isSame(value, seen)) return `${path} is ${JSON.stringify(value)} and ${JSON.stringify(seen)}`
  }
  return undefined
}

function seenAt(from: Seen, segments: readonly string[]): Seen {
  let seen = from
  for (const segment of segments) {
    if (seen === null || !('o' in seen)) return null
    seen = seen.o[Buffer.from(segment).toString('base64')] ?? null
  }
  return seen
}

/** Missing and null are the same to typed readers, and no rule takes null for a value. */
function isSame(value: unknown, seen: Seen): boolean {
  if (isInexact(value)) return true
  if (value === undefined || value === null) return seen === null
  if (seen === null) return false
  if (Array.isArray(value)) {
    return (
      Array.isArray(seen) && seen.length === value.length && value.every((item, at) => isSame(item, seen[at] ?? null))
    )
  }
  if (Array.isArray(seen)) return false
  if (typeof value === 'string') return 's' in seen && Buffer.from(value).toString('base64') === seen.s
  if (typeof value === 'boolean') return 'b' in seen && seen.b === value
  if (typeof value === 'number') return 'n' in seen && isSameNumber(value, seen.n)
  if (!isRecord(value) || !('o' in seen)) return false
  const keys = Object.keys(value)
  return (
    keys.length === Object.keys(seen.o).length &&
    keys.every((key) => isSame(value[key], seen.o[Buffer.from(key).toString('base64')] ?? null))
  )
}

/** A number that is kept as it was written is nothing that a rule compares. */
const isInexact = (value: unknown): boolean =>
  (JSON as typeof JSON & { isRawJSON(value: unknown): boolean }).isRawJSON(value)

function isSameNumber(value: number, written: string): boolean {
  if (/^-?\d+$/.test(written)) return Number.isInteger(value) && BigInt(written) === BigInt(value)
  const other = Number(written)
  // serde_json is exact to the last place but one unless its server asks for more.
  return other === value || Math.abs(other - value) <= Math.abs(value) * Number.EPSILON
}
