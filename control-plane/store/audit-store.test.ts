import { afterEach, beforeEach, expect, test } from 'vitest'

import type { CallRecord, CallStore } from '../audit/call-record.ts'
import { auditStore } from './audit-store.ts'
import { openStore, type Store } from './open.ts'

const recordOf = (requestId: string, atMs: number, more: Partial<CallRecord> = {}): CallRecord => ({
  requestId,
  atMs,
  route: 'team',
  path: '/team/mcp',
  clientAddress: '10.0.0.1',
  caller: { userId: 'usr_a', email: 'ann@example.com', clientId: 'cli_a', grantId: 'grt_a', scopes: ['mcp', 'write'] },
  session: 'ses_1',
  era: 'legacy',
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true },
  httpMethod: 'POST',
  method: 'tools/call',
  tool: 'read',
  resource: undefined,
  prompt: undefined,
  arguments: { kind: 'full', value: { path: "it's" } },
  requestBytes: 120,
  verdict: 'allow',
  rule: 'allow sallyport.yaml:8:11',
  reasons: ['email-ok'],
  outcome: {},
  ...more,
})
const idsOf = (records: readonly CallRecord[]): string[] => records.map(({ requestId }) => requestId)

let store: Store
let calls: CallStore
beforeEach(async () => {
  store = await openStore(':memory:')
  calls = auditStore(store.db)
})
afterEach(() => store[Symbol.asyncDispose]())

test('a record comes back as it went in, and knows its end when that is told', async () => {
  const record = recordOf('r1', 5)
  const nobody = recordOf('r2', 6, { caller: undefined, verdict: 'challenge', outcome: { httpStatus: 401 } })

  await calls.add([record, nobody])
  await calls.complete(
    new Map([
      ['r1', { isError: true }],
      ['r9', { httpStatus: 200 }],
    ]),
  )
  await calls.complete(new Map([['r1', { httpStatus: 200, durationMs: 3, bytesIn: 1, bytesOut: 0, flags: '' }]]))

  expect(await calls.list({ sinceMs: 0, limit: 10 })).toEqual([
    nobody,
    { ...record, outcome: { httpStatus: 200, durationMs: 3, bytesIn: 1, bytesOut: 0, flags: '', isError: true } },
  ])
})

test('a record that is written again keeps its end', async () => {
  await calls.add([recordOf('r1', 5)])
  await calls.complete(new Map([['r1', { httpStatus: 200 }]]))

  await calls.add([recordOf('r1', 5, { verdict: 'refuse' })])

  expect(await calls.list({ sinceMs: 0, limit: 1 })).toMatchObject([
    { verdict: 'refuse', outcome: { httpStatus: 200 } },
  ])
})

test('list() finds by time, route, person and refusal, the newest first', async () => {
  await calls.add([
    recordOf('r1', 1),
    recordOf('r2', 2, { route: 'other' }),
    recordOf('r3', 3, { caller: undefined, verdict: 'challenge' }),
    recordOf('r4', 4, { verdict: 'refuse' }),
    recordOf('r5', 5, { verdict: 'offline' }),
  ])

  expect(idsOf(await calls.list({ sinceMs: 2, limit: 3 }))).toEqual(['r5', 'r4', 'r3'])
  expect(idsOf(await calls.list({ sinceMs: 0, route: 'other', limit: 9 }))).toEqual(['r2'])
  expect(idsOf(await calls.list({ sinceMs: 4, user: 'ann@example.com', limit: 9 }))).toEqual(['r5', 'r4'])
  expect(idsOf(await calls.list({ sinceMs: 4, user: 'usr_a', limit: 9 }))).toEqual(['r5', 'r4'])
  expect(idsOf(await calls.list({ sinceMs: 0, denied: true, limit: 9 }))).toEqual(['r4', 'r3'])
})

test('list() finds the calls of a person’s own tunnels, under every label, and of no name that only looks like it', async () => {
  const routes = ['calm-otter-4821', 'api-calm-otter-4821', 'calm-otter-48211', 'calm-otter-482', 'team', 'teams']
  await calls.add(routes.map((route, index) => recordOf(`req_${index}`, index, { route })))

  const found = await calls.list({
    sinceMs: 0,
    limit: 10,
    routesOf: { tunnelName: 'calm-otter-4821', routes: ['team'] },
  })

  expect(found.map(({ route }) => route).toSorted()).toEqual(['api-calm-otter-4821', 'calm-otter-4821', 'team'])
})

test('page() walks over everything once, also where many share a millisecond', async () => {
  const records = Array.from({ length: 1203 }, (_, index) =>
    recordOf(`r${String(index).padStart(5, '0')}`, index < 900 ? 7 : 8),
  )
  await calls.add(records)

  const seen: string[] = []
  let page = await calls.page({ sinceMs: 7 })
  while (page.length > 0) {
    seen.push(...idsOf(page))
    page = await calls.page({ sinceMs: 7, after: page.at(-1) })
  }

  expect(seen).toEqual(idsOf(records))
})

test('removeBefore() removes the oldest, no more than it may', async () => {
  await calls.add([recordOf('r1', 1), recordOf('r2', 2), recordOf('r3', 3)])

  expect(await calls.removeBefore(3, 1)).toBe(1)
  expect(idsOf(await calls.list({ sinceMs: 0, limit: 9 }))).toEqual(['r3', 'r2'])
  expect(await calls.removeBefore(3, 10)).toBe(1)
  expect(idsOf(await calls.list({ sinceMs: 0, limit: 9 }))).toEqual(['r3'])
})
