import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { silentLog } from '../kernel/log.ts'
import type { CallOutcome, CallRecord, CallStore } from './call-record.ts'
import type { CallCompleted, CallDecided } from './event.ts'
import { BATCH_MS, CallJournal, UNFINISHED_MS } from './journal.ts'
import { STRANGERS_PER_MINUTE } from './stranger-budget.ts'

const decidedOf = (requestId: string, verdict: CallDecided['verdict'] = 'allow'): CallDecided => ({
  kind: 'call.decided',
  atMs: Date.now(),
  requestId,
  route: 'team',
  resource: 'http://localhost/team/mcp',
  clientAddress: '127.0.0.1',
  caller: { userId: 'usr_a', email: 'ann@example.com', clientId: 'cli_a', grantId: 'grt_a', scopes: ['mcp'] },
  token: undefined,
  httpMethod: 'POST',
  method: 'tools/call',
  subject: 'read',
  path: '/team/mcp',
  era: 'legacy',
  session: undefined,
  trace: undefined,
  requestBytes: 10,
  arguments: undefined,
  rule: 'default',
  verdict,
  reasons: [],
})
const completedOf = (requestId: string): CallCompleted => ({
  kind: 'call.completed',
  atMs: Date.now(),
  requestId,
  route: 'team',
  httpStatus: 200,
  durationMs: 12,
  bytesIn: 1,
  bytesOut: 2,
  flags: '',
})

class FakeStore implements Pick<CallStore, 'add' | 'complete'> {
  readonly rows = new Map<string, CallRecord>()
  readonly completed: string[] = []
  isBroken = false
  async add(records: readonly CallRecord[]): Promise<void> {
    if (this.isBroken) throw new Error('the disk is full')
    for (const record of records) this.rows.set(record.requestId, record)
  }
  async complete(outcomes: ReadonlyMap<string, CallOutcome>): Promise<void> {
    for (const [id, outcome] of outcomes) {
      this.completed.push(id)
      const row = this.rows.get(id)
      if (row !== undefined) this.rows.set(id, { ...row, outcome: { ...row.outcome, ...outcome } })
    }
  }
}

let store: FakeStore
let written: CallRecord[]
let logged: Record<string, unknown>[]
const journalOf = (maxWaiting?: number): CallJournal =>
  new CallJournal({
    store: store as unknown as CallStore,
    sinks: [{ write: async (records) => void written.push(...records) }],
    clock: { nowMs: () => Date.now() },
    log: {
      ...silentLog,
      error: (event, fields) => void logged.push({ event, ...fields }),
      warn: (event, fields) => void logged.push({ event, ...fields }),
    },
    ...(maxWaiting === undefined ? {} : { maxWaiting }),
  })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  store = new FakeStore()
  written = []
  logged = []
})
afterEach(() => vi.useRealTimers())

test('a decision is in the store after a batch, and its end joins it there and in the line', async () => {
  const journal = journalOf()

  journal.hear(decidedOf('r1'))
  await vi.advanceTimersByTimeAsync(BATCH_MS - 1)
  expect(store.rows.size).toBe(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(store.rows.get('r1')?.outcome).toEqual({})
  journal.hear({ kind: 'call.inspected', requestId: 'r1', route: 'team', isError: true })
  journal.hear(completedOf('r1'))
  await vi.advanceTimersByTimeAsync(BATCH_MS)

  const outcome = { httpStatus: 200, durationMs: 12, bytesIn: 1, bytesOut: 2, flags: '', isError: true }
  expect(store.rows.get('r1')?.outcome).toEqual(outcome)
  expect(written).toEqual([expect.objectContaining({ requestId: 'r1', outcome })])
  await journal[Symbol.asyncDispose]()
  expect(written.length).toBe(1)
})

test('a call that ends within a batch is written once, whole', async () => {
  const journal = journalOf()

  journal.hear(decidedOf('r1'))
  journal.hear(completedOf('r1'))
  await vi.advanceTimersByTimeAsync(BATCH_MS)

  expect(store.rows.get('r1')?.outcome.httpStatus).toBe(200)
  expect(written.map(({ requestId }) => requestId)).toEqual(['r1'])
  await journal[Symbol.asyncDispose]()
})

test('a call without an end has its line after ten seconds, and only one when the end comes', async () => {
  const journal = journalOf()

  journal.hear(decidedOf('r1'))
  await vi.advanceTimersByTimeAsync(UNFINISHED_MS - BATCH_MS)
  expect(written).toEqual([])
  await vi.advanceTimersByTimeAsync(2000)
  expect(written.map(({ requestId, outcome }) => [requestId, outcome])).toEqual([['r1', {}]])
  journal.hear(completedOf('r1'))
  await vi.advanceTimersByTimeAsync(BATCH_MS)

  expect(store.rows.get('r1')?.outcome.httpStatus).toBe(200)
  expect(written.length).toBe(1)
  await journal[Symbol.asyncDispose]()
})

test('a graceful stop writes what was heard a moment ago, and calls that are not over', async () => {
  const journal = journalOf()

  journal.hear(decidedOf('r1'))
  const stopped = journal[Symbol.asyncDispose]()
  journal.hear(decidedOf('r2'))
  await stopped

  expect([...store.rows.keys()]).toEqual(['r1', 'r2'])
  expect(written.length).toBe(2)
})

test('what a store refuses waits and goes with the next batch', async () => {
  const journal = journalOf()
  store.isBroken = true

  journal.hear(decidedOf('r1'))
  await vi.advanceTimersByTimeAsync(BATCH_MS)
  journal.hear(completedOf('r1'))
  journal.hear(decidedOf('r2'))
  store.isBroken = false
  await vi.advanceTimersByTimeAsync(2000)

  expect(logged).toContainEqual(expect.objectContaining({ event: 'audit.not_stored', records: 1 }))
  expect([...store.rows.keys()]).toEqual(['r1', 'r2'])
  expect(store.rows.get('r1')?.outcome.httpStatus).toBe(200)
  await journal[Symbol.asyncDispose]()
})

test('when too much waits the oldest that are no denials are dropped and counted, then the oldest denials', async () => {
  const journal = journalOf(3)

  for (const id of ['a1', 'a2', 'a3']) journal.hear(decidedOf(id))
  for (const id of ['d1', 'd2']) journal.hear(decidedOf(id, 'refuse'))
  await vi.advanceTimersByTimeAsync(BATCH_MS)
  expect([...store.rows.keys()]).toEqual(['d1', 'd2', 'a3'])
  expect(logged).toEqual([{ event: 'audit.dropped', records: 2, denialsSoFar: 0 }])
  for (const id of ['d3', 'd4', 'd5', 'd6']) journal.hear(decidedOf(id, 'challenge'))
  await vi.advanceTimersByTimeAsync(BATCH_MS)

  expect([...store.rows.keys()].slice(3)).toEqual(['d4', 'd5', 'd6'])
  expect(logged[1]).toEqual({ event: 'audit.dropped', records: 1, denialsSoFar: 1 })
  await journal[Symbol.asyncDispose]()
})

test('strangers cannot fill the disk: of their refusals so many are kept in a minute, and the rest are counted', async () => {
  const journal = journalOf()
  const stranger = (id: number): CallDecided => ({ ...decidedOf(`s${id}`, 'challenge'), caller: undefined })

  for (let id = 0; id <= STRANGERS_PER_MINUTE; id += 1) journal.hear(stranger(id))
  journal.hear({ ...decidedOf('public'), caller: undefined })
  await vi.advanceTimersByTimeAsync(BATCH_MS)
  expect(store.rows.size).toBe(STRANGERS_PER_MINUTE + 1)
  expect(store.rows.has('public')).toBe(true)
  expect(logged).toEqual([{ event: 'audit.strangers_not_kept', records: 1 }])
  journal.hear(completedOf(`s${STRANGERS_PER_MINUTE}`))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(store.completed).toEqual([])
  journal.hear(stranger(9999))
  await vi.advanceTimersByTimeAsync(BATCH_MS)

  expect(store.rows.has('s9999')).toBe(true)
  await journal[Symbol.asyncDispose]()
})
