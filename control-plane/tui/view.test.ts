import { describe, expect, test } from 'vitest'

import { initialModel, type Message, type Model, sizeFrom, update } from './model.ts'
import { widthOf } from './printable.ts'
import type { CallStatus, TunnelStatus } from './status.ts'
import { view } from './view.ts'

const tunnel: TunnelStatus = {
  route: 'calm-otter-4821',
  url: 'http://localhost:7800/calm-otter-4821/mcp',
  target: 'localhost:8080',
  live: true,
  health: 'ok',
  mode: 'dynamic',
  sinceMs: 0,
  connectors: 1,
}
const callOf = (number: number): CallStatus => ({
  requestId: `r${number}`,
  atMs: Date.UTC(2026, 0, 2, 12, 3, number % 60),
  caller: 'bob@example.com',
  method: 'tools/call',
  subject: 'add',
  verdict: 'allowed',
  durationMs: undefined,
})
const after = (messages: readonly Message[], size = { columns: 80, rows: 24 }): Model =>
  messages.reduce(update, initialModel({ title: 'Sallyport', person: 'ann@example.com', size, nowMs: 61_000 }))
const textOf = (model: Model): readonly string[] => view(model).map((line) => line.map((span) => span.text).join(''))
const shown = (model: Model): string =>
  textOf(model)
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n+(?= q quits)/, '\n')

describe('view()', () => {
  test('shows where the tunnel leads and what was called, newest first', () => {
    const model = after([
      { kind: 'tunnel', tunnel },
      { kind: 'call', call: callOf(4) },
      { kind: 'call', call: { ...callOf(5), caller: undefined, verdict: 'denied' } },
      { kind: 'call', call: { ...callOf(4), durationMs: 12.4 } },
    ])

    expect(shown(model)).toMatchInlineSnapshot(`
      " Sallyport                                                      ann@example.com

       ● live       http://localhost:7800/calm-otter-4821/mcp
                    to localhost:8080 on your side, answers, connected 1 min

       UTC      caller         method          tool           verdict            time
       12:03:05 nobody         tools/call      add            denied
       12:03:04 bob@example.c… tools/call      add            allowed           12 ms
       q quits and closes the tunnel"
    `)
  })

  test('says what to do when nothing listens', () => {
    const text = shown(after([{ kind: 'tunnel', tunnel: { ...tunnel, health: 'refused' } }]))

    expect(text).toContain('Nothing listens on localhost:8080. Start your MCP server there')
  })

  test('cuts neither the URL nor the hint on a narrow screen', () => {
    const size = { columns: 40, rows: 14 }
    const tunnels: Message = { kind: 'tunnel', tunnel: { ...tunnel, health: 'refused' } }

    expect(shown(after([tunnels, { kind: 'call', call: callOf(4) }], size))).toMatchInlineSnapshot(`
      " Sallyport              ann@example.com

       ● no server
       http://localhost:7800/calm-otter-4821/m
       cp
       to localhost:8080 on your side, nothing
       listens, connected 1 min
       Nothing listens on localhost:8080.
       Start your MCP server there, or end the
       command with port=3000 for another port

       UTC      call           verdict
       12:03:04 add            allowed
       q quits and closes the tunnel"
    `)
  })

  test.each([
    { columns: 80, rows: 24 },
    { columns: 40, rows: 10 },
    { columns: 1, rows: 1 },
    { columns: 200, rows: 60 },
  ])('fills $columns×$rows exactly', (size) => {
    const calls = Array.from({ length: 300 }, (_, number): Message => ({ kind: 'call', call: callOf(number) }))
    const model = after([{ kind: 'tunnel', tunnel: { ...tunnel, health: 'refused' } }, ...calls], size)

    const lines = textOf(model)

    expect(lines).toHaveLength(size.rows)
    expect(new Set(lines.map(widthOf))).toEqual(new Set([size.columns]))
  })

  test('lets no escape byte of anybody through', () => {
    const evil = '\u001b[2J\u001b]0;x\u0007\u202e'
    const model = after([
      { kind: 'tunnel', tunnel: { ...tunnel, url: evil, target: evil, health: 'refused' } },
      { kind: 'notice', atMs: 0, text: evil },
      { kind: 'call', call: { ...callOf(1), caller: evil, method: evil, subject: evil } },
    ])

    // oxlint-disable-next-line no-control-regex
    expect(textOf(model).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
  })
})

describe('update()', () => {
  test('keeps the newest 200 calls', () => {
    const calls = Array.from({ length: 201 }, (_, number): Message => ({ kind: 'call', call: callOf(number) }))

    const model = after(calls)

    expect(model.calls).toHaveLength(200)
    expect(model.calls[0]?.requestId).toBe('r200')
  })

  test('forgets a tunnel that is gone', () => {
    expect(
      after([
        { kind: 'tunnel', tunnel },
        { kind: 'gone', route: tunnel.route },
      ]).tunnels,
    ).toEqual([])
  })
})

test('sizeFrom() takes 80×24 for no terminal at all and bounds what a client may ask for', () => {
  expect(sizeFrom(0, 0)).toEqual({ columns: 80, rows: 24 })
  expect(sizeFrom(100_000, 30)).toEqual({ columns: 512, rows: 30 })
})
