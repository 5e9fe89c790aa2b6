import { expect, test } from 'vitest'

import type { ConnectionEnd } from './connection-end.ts'
import { keepConnected } from './reconnect.ts'

const OFFLINE: ConnectionEnd = { kind: 'offline', reason: 'Nothing listens' }
const lost = (servedMs: number): ConnectionEnd => ({ kind: 'lost', reason: 'gone', servedMs })

/** Runs in fake time; `script` gives the nth end, and connections last as long as they served. */
async function run(script: (n: number, atMs: number) => ConnectionEnd, wakes: readonly number[] = []) {
  let atMs = 0
  const connects: { readonly atMs: number; readonly attempt: number }[] = []
  const told: string[] = []
  const delays: number[] = []
  const end = await keepConnected({
    async connect(attempt) {
      connects.push({ atMs, attempt })
      const result = script(connects.length - 1, atMs)
      if (result.kind === 'lost') atMs += result.servedMs
      return result
    },
    async pause(ms) {
      delays.push(ms)
      const wake = wakes.find((time) => time > atMs && time < atMs + ms)
      atMs = wake ?? atMs + ms
      return wake !== undefined
    },
    async awaitNode(ms) {
      atMs += ms
    },
    fraction: () => 0,
    tell: {
      lost: (reason) => void told.push(reason),
      offline: (reason) => void told.push(reason),
    },
    stopped: () => atMs >= 3_600_000,
  })
  return { connects, told, delays, end }
}

test('an hour offline is told once and costs at most 250 attempts', async () => {
  const { connects, told } = await run(() => OFFLINE)

  expect(told).toEqual(['Nothing listens'])
  expect(connects.length).toBeGreaterThan(100)
  expect(connects.length).toBeLessThanOrEqual(250)
})

test('another reason for being offline is told again', async () => {
  const { told } = await run((n) => (n < 3 ? OFFLINE : { kind: 'offline', reason: n % 2 ? 'No name' : 'No name' }))

  expect(told).toEqual(['Nothing listens', 'No name'])
})

test('a gateway that accepts and drops at once is not asked without pause', async () => {
  const { connects } = await run(() => lost(10))

  expect(connects.length).toBeLessThanOrEqual(250)
})

test('a good connection makes the delays begin anew', async () => {
  const { delays } = await run((n) => (n === 4 ? lost(30_000) : lost(0)))

  expect(delays.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 500, 1000])
})

test('waking up retries at once', async () => {
  const { connects } = await run(() => OFFLINE, [100_000])

  expect(connects.map(({ atMs }) => atMs)).toContain(100_000)
  expect(connects.find(({ atMs }) => atMs === 100_000)?.attempt).toBe(0)
})

test.each(['sign_in_refused', 'host_key', 'refused', 'taken_over'] as const)('%s ends it', async (kind) => {
  const { connects, end } = await run((n) => (n === 0 ? lost(0) : { kind, reason: 'why' }))

  expect(end).toEqual({ kind, reason: 'why' })
  expect(connects).toHaveLength(2)
})

test('without a second node one is looked for every few minutes', async () => {
  const { connects } = await run(() => ({ kind: 'no_node' }))

  expect(connects).toHaveLength(12)
})
