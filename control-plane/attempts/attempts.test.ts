import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { furthestStep, isConnected } from './attempt.ts'
import { Attempts, referenceOf } from './attempts.ts'
import { referenceBond } from './bonds.ts'
import { diagnose } from './diagnosis.ts'
import type { Sighting, Step } from './sighting.ts'

const URL_OF_TUNNEL = 'https://calm-otter-4821.example.com/mcp'
let now = 0
const seen = (step: Step, rest: Partial<Sighting> = {}): Sighting => ({
  step,
  outcome: 'done',
  atMs: (now += 1000),
  ...rest,
})
const HOME = { network: '203.0.113.7', resource: URL_OF_TUNNEL }

/** A desktop client: its own requests and its person's browser come from one network. */
const WAY: readonly Sighting[] = [
  seen('challenge', HOME),
  seen('resource_metadata', HOME),
  seen('server_metadata', { network: HOME.network }),
  seen('registration', { network: HOME.network, clientId: 'cli_1', clientName: 'Editor' }),
  seen('authorize', { ...HOME, clientId: 'cli_1', redirectHost: '127.0.0.1:7777', bonds: ['interaction:1'] }),
  seen('sign_in', { bonds: ['interaction:1'], network: HOME.network }),
  seen('consent', { bonds: ['interaction:1', 'code:1'], userId: 'usr_ann' }),
  seen('token', { clientId: 'cli_1', network: HOME.network, bonds: ['code:1', 'grant:1'], userId: 'usr_ann' }),
  seen('call', { bonds: ['grant:1'], network: HOME.network, clientId: 'cli_1', resource: URL_OF_TUNNEL }),
]

test('a whole way in is one attempt, found by its reference in any spelling', () => {
  const attempts = new Attempts(systemRandom)

  const references = new Set(WAY.map((sighting) => attempts.note(sighting)))

  expect(references.size).toBe(1)
  const [reference = ''] = references
  const attempt = attempts.find(reference.toLowerCase().replace('-', ''))
  expect(attempt?.seen).toHaveLength(WAY.length)
  expect(attempt && isConnected(attempt)).toBe(true)
})

test('a client whose servers are elsewhere than its person’s browser is put together by code and client', () => {
  const attempts = new Attempts(systemRandom)
  const cloud = WAY.map((sighting) =>
    sighting.step === 'sign_in' || sighting.step === 'authorize' || sighting.network === undefined
      ? sighting
      : { ...sighting, network: '198.51.100.1' },
  )

  const references = new Set(cloud.map((sighting) => attempts.note(sighting)))

  expect(references.size).toBe(1)
})

test('two people who connect the same client at the same time have an attempt each', () => {
  const attempts = new Attempts(systemRandom)
  const other = (sighting: Sighting): Sighting => ({
    ...sighting,
    ...(sighting.resource === undefined ? {} : { resource: 'https://brave-fox-1111.example.com/mcp' }),
    ...(sighting.network === undefined ? {} : { network: '192.0.2.9' }),
    ...(sighting.userId === undefined ? {} : { userId: 'usr_bob' }),
    bonds: (sighting.bonds ?? []).map((bond) => `${bond} of bob`),
  })

  const [ann, bob] = [new Set<string>(), new Set<string>()]
  for (const sighting of WAY) {
    ann.add(attempts.note(sighting))
    bob.add(attempts.note(other(sighting)))
  }

  expect([ann.size, bob.size]).toEqual([1, 1])
  expect([...ann]).not.toEqual([...bob])
})

test('who is turned away again after a finished way begins a new attempt', () => {
  const attempts = new Attempts(systemRandom)
  const first = WAY.map((sighting) => attempts.note(sighting))[0]

  expect(attempts.note(seen('challenge', HOME))).not.toBe(first)
})

test('a refusal that was written elsewhere is found by the reference in its body', () => {
  const attempts = new Attempts(systemRandom)
  const reference = referenceOf('request-1')

  attempts.note(seen('challenge', { ...HOME, bonds: [referenceBond(reference)] }))

  expect(attempts.find(reference)?.seen).toHaveLength(1)
})

test('attempts are forgotten after a day, and the oldest when there are too many', () => {
  const attempts = new Attempts(systemRandom)
  const first = attempts.note(seen('challenge', { network: 'first', atMs: 0 }))
  for (let index = 0; index < 5000; index += 1) {
    attempts.note({ step: 'challenge', outcome: 'done', atMs: 1, network: `n${index}`, resource: `r${index}` })
  }
  expect(attempts.find(first)).toBeUndefined()
  expect(attempts.list(() => true)).toHaveLength(5000)

  attempts.note({ step: 'challenge', outcome: 'done', atMs: 25 * 60 * 60_000, network: 'late' })

  expect(attempts.list(() => true)).toHaveLength(1)
})

test('a client that tries for hours fills no memory', () => {
  const attempts = new Attempts(systemRandom)
  for (let index = 0; index < 500; index += 1) attempts.note(seen('challenge', HOME))

  expect(attempts.list(() => true)[0]?.seen.length).toBeLessThanOrEqual(60)
})

test('lastTargetOf() is the URL at which the network was turned away, for a quarter of an hour', () => {
  const attempts = new Attempts(systemRandom)
  attempts.note(seen('challenge', { ...HOME, atMs: 0 }))

  expect(attempts.lastTargetOf(HOME.network, 60_000)).toBe(URL_OF_TUNNEL)
  expect(attempts.lastTargetOf(HOME.network, 16 * 60_000)).toBeUndefined()
  expect(attempts.lastTargetOf('192.0.2.1', 0)).toBeUndefined()
})

test.each(WAY.slice(0, -1).map((sighting, index) => [sighting.step, index] as const))(
  'an attempt that ends after "%s" is explained',
  (_step, index) => {
    const attempt = { reference: 'R', startedAtMs: 0, seen: WAY.slice(0, index + 1) }

    const { stoppedAt, cause, advice, side } = diagnose(attempt)

    expect(stoppedAt).not.toBe(furthestStep(attempt))
    expect(side).not.toBe('nobody')
    expect([cause, advice].every((text) => text.endsWith('.') || text.endsWith(')'))).toBe(true)
  },
)

test('a token that is used at another URL than it was asked for is said in those words', () => {
  const wrong = seen('call', {
    outcome: 'failed',
    resource: URL_OF_TUNNEL,
    problem: { code: 'token_for_other_url', detail: 'https://calm-otter-4821.example.com' },
  })

  const { cause, side, stoppedAt } = diagnose({ reference: 'R', startedAtMs: 0, seen: [...WAY.slice(0, -1), wrong] })

  expect(cause).toBe(
    `The client asked for a token for https://calm-otter-4821.example.com, but uses it at ${URL_OF_TUNNEL}.`,
  )
  expect([side, stoppedAt]).toEqual(['client', 'call'])
})

test.each([
  ['identity_provider', 'gateway', /failed \(Google: unreachable\)/],
  ['not_allowed', 'person', /may not come in here/],
  ['access_denied', 'person', /said no/],
  ['invalid_target', 'client', /a resource that is not here/],
  ['invalid_client', 'client', /not known here/],
  ['token_expired', 'client', /has expired/],
  ['something_new', 'client', /refused this step: something_new/],
])('a step that failed with "%s" is up to the %s', (code, side, cause) => {
  const failed = seen('sign_in', { outcome: 'failed', problem: { code, detail: 'Google: unreachable' } })

  const diagnosis = diagnose({ reference: 'R', startedAtMs: 0, seen: [...WAY.slice(0, 5), failed] })

  expect(diagnosis).toMatchObject({ stoppedAt: 'sign_in', side })
  expect(diagnosis.cause).toMatch(cause)
})

// Mallory's requests fail, and each is noted: with texts as long as a request may be they would fill the memory.
test('what strangers write is kept in short, and nothing of the rest stays behind', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const attempts = new Attempts(systemRandom)
  const long = (n: number): string => Buffer.alloc(50_000, `${n} `).toString('latin1')
  collectGarbage()
  const before = process.memoryUsage().heapUsed

  for (let n = 0; n < 2000; n += 1) {
    const problem = { code: 'invalid_client', detail: long(n) }
    attempts.note(seen('token', { outcome: 'failed', clientId: long(n), resource: long(n), problem }))
  }

  collectGarbage()
  const kept = attempts.list(() => true)
  expect(kept).toHaveLength(2000)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000)
})

// Mallory begins to connect the same cloud client to her own tunnel and stops. What people far away do next with that
// client must not become part of her attempt: the owner of a tunnel sees what happened there.
test('an attempt at one tunnel takes in nothing of an attempt at another, though the client is the same', () => {
  const attempts = new Attempts(systemRandom)
  const client = { clientId: 'https://cloud.example/client.json', clientName: 'Cloud' }
  const hers = { resource: 'https://evil-otter-1111.example.com/mcp', network: '192.0.2.66' }
  attempts.note(seen('challenge', hers))
  const reference = attempts.note(seen('authorize', { ...hers, ...client, bonds: ['interaction:hers'] }))

  const anns = attempts.note(
    seen('authorize', { ...client, network: '198.51.100.9', resource: URL_OF_TUNNEL, bonds: ['interaction:ann'] }),
  )
  attempts.note(seen('sign_in', { ...client, bonds: ['interaction:ann'], resource: URL_OF_TUNNEL, userId: 'usr_ann' }))

  expect(anns).not.toBe(reference)
  expect(JSON.stringify(attempts.find(reference))).not.toContain('calm-otter')
})
