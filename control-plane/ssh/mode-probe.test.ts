import { describe, expect, test } from 'vitest'

import { modeProbe, type ProbeAct, type ProbeEvent, SAFE_BYTES } from './mode-probe.ts'

const bytes = (...values: number[]): ProbeEvent => ({ kind: 'bytes', bytes: Buffer.from(values) })
const OPENED: ProbeEvent = { kind: 'opened' }
const FAILED: ProbeEvent = { kind: 'open_failed' }
const ENDED: ProbeEvent = { kind: 'ended' }
const SETTLED: ProbeEvent = { kind: 'settled' }
const TEXT: ProbeEvent = { kind: 'bytes', bytes: Buffer.from('HTTP/1.1 400 Bad Request') }
const CONNECTED = bytes(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)

const run = (events: readonly ProbeEvent[]): readonly ProbeAct[] => {
  const probe = modeProbe(() => ({ host: 'localhost', port: 8080 }))
  return [probe.first, ...events.map((event) => probe.next(event))]
}

describe('modeProbe() decides', () => {
  test.each<[string, readonly ProbeEvent[], string, string]>([
    ['a server that ignores empty lines', [OPENED, SETTLED], 'static', 'ok'],
    ['a server that answers them', [OPENED, TEXT], 'static', 'ok'],
    ['a target where nothing listens', [FAILED], 'static', 'refused'],
    ['a target that is slow to connect', [SETTLED], 'static', 'unknown'],
    ['a server that hangs up on both', [OPENED, ENDED, OPENED, ENDED], 'static', 'ok'],
    ['a server that hangs up on empty lines and answers the greeting', [OPENED, ENDED, OPENED, TEXT], 'static', 'ok'],
    ['a server that hangs up on empty lines and keeps silent', [OPENED, ENDED, OPENED, SETTLED], 'static', 'ok'],
    ['a server that stops meanwhile', [OPENED, ENDED, FAILED], 'static', 'refused'],
    ['05 and something else', [OPENED, ENDED, OPENED, bytes(5, 0xff)], 'static', 'ok'],
    ['05 and something else, one byte at a time', [OPENED, ENDED, OPENED, bytes(5), bytes(1)], 'static', 'ok'],
    ['a SOCKS client and a listening target', [OPENED, ENDED, OPENED, bytes(5, 0), CONNECTED], 'dynamic', 'ok'],
    ['a SOCKS client, byte by byte', [OPENED, ENDED, OPENED, bytes(5), bytes(0), CONNECTED], 'dynamic', 'ok'],
    ['a SOCKS client and nothing listening', [OPENED, ENDED, OPENED, bytes(5, 0), ENDED], 'dynamic', 'refused'],
    ['a SOCKS client and a slow target', [OPENED, ENDED, OPENED, bytes(5, 0), SETTLED], 'dynamic', 'unknown'],
  ])('%s', (_who, events, mode, health) => {
    expect(run(events).at(-1)).toEqual({ kind: 'decided', mode, health })
  })
})

test('modeProbe() sends nothing but harmless bytes before a client has closed on them', () => {
  expect(run([OPENED])).toEqual([{ kind: 'open' }, { kind: 'send', bytes: SAFE_BYTES }])
})

test('modeProbe() greets only in a second channel and names the target only after 05 00', () => {
  const acts = run([OPENED, ENDED, OPENED, bytes(5, 0)])

  expect(acts.slice(2)).toEqual([
    { kind: 'open' },
    { kind: 'send', bytes: Buffer.from([5, 1, 0]) },
    {
      kind: 'send',
      bytes: Buffer.concat([Buffer.from([5, 1, 0, 3, 9]), Buffer.from('localhost'), Buffer.from([31, 144])]),
    },
  ])
})

test('modeProbe() asks for the target as late as it can', () => {
  let port = 8080
  const probe = modeProbe(() => ({ host: 'h', port }))
  for (const event of [OPENED, ENDED, OPENED]) probe.next(event)

  port = 3000

  const act = probe.next(bytes(5, 0))
  expect(act.kind === 'send' && act.bytes.readUInt16BE(act.bytes.length - 2)).toBe(3000)
})

test('modeProbe() says nothing more once it has decided', () => {
  expect(run([FAILED, OPENED, ENDED, TEXT, SETTLED]).slice(2)).toEqual(
    Array.from({ length: 4 }, () => ({ kind: 'wait' })),
  )
})
