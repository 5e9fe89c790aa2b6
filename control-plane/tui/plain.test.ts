import { expect, test } from 'vitest'

import { plainLines } from './plain.ts'
import { callOf, TUNNEL } from './status.fixture.ts'
import type { TunnelStatus } from './status.ts'

const tunnel: TunnelStatus = { ...TUNNEL, route: 'r', url: 'http://x/r/mcp' }

test('plainLines() says only what is new', () => {
  const lines = plainLines()
  const say = (change: Partial<TunnelStatus>) => lines({ kind: 'tunnel', tunnel: { ...tunnel, ...change } })

  expect(say({ live: false })).toEqual([])
  expect(say({})).toEqual(['http://x/r/mcp -> localhost:8080'])
  expect(say({})).toEqual([])
  expect(say({ health: 'refused' })[0]).toMatch('Nothing listens on localhost:8080')
  expect(say({ health: 'refused' })).toEqual([])
  expect(say({ health: 'ok' })).toEqual(['localhost:8080 answers now'])
  expect(say({ health: 'not_mcp' })[0]).toMatch('localhost:8080 answers, but not as an MCP server. Which port')
  expect(say({ health: 'wrong_path' })[0]).toMatch('An MCP server answers on localhost:8080, but not at /mcp. ')
  expect(say({ health: 'ok' })).toEqual(['localhost:8080 answers now'])
  expect(say({ target: 'localhost:3000' })).toEqual(['http://x/r/mcp -> localhost:3000'])
})

test('plainLines() lets no escape sequence through', () => {
  expect(plainLines()({ kind: 'notice', atMs: 0, text: 'a\u001b[2Jb\r\nc' })).toEqual(['abc'])
})

test('plainLines() shows up to 20 calls of a second and counts the rest', () => {
  const lines = plainLines()
  const call = (atMs: number) => ({ kind: 'call' as const, call: callOf(1, { atMs }) })

  const first = Array.from({ length: 50 }, (_, index) => lines(call(1000 + index))).flat()
  const next = lines(call(2000))

  expect(first).toHaveLength(20)
  expect(next[0]).toBe('… and 30 more')
  expect(next).toHaveLength(2)
})

test('plainLines() does not pretend to know where a fixed forward leads', () => {
  const fixed = { ...tunnel, mode: 'static' } as const
  const lines = plainLines()

  expect(lines({ kind: 'tunnel', tunnel: fixed })).toEqual(['http://x/r/mcp -> the target of your -R'])
  expect(lines({ kind: 'tunnel', tunnel: { ...fixed, health: 'refused' } })[0]).toMatch('where this forward leads')
})
