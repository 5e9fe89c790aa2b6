import { describe, expect, test } from 'vitest'

import { initialModel, type Message, type Model, sizeFrom, update } from './model.ts'
import { widthOf } from './printable.ts'
import { callOf, NOON_MS, TUNNEL } from './status.fixture.ts'
import { press } from './commands.ts'
import { GUIDES } from './guides.ts'
import type { Key } from './keys.ts'
import { view } from './view.ts'

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 40, rows: 10 },
  { columns: 300, rows: 100 },
  { columns: 1, rows: 1 },
  { columns: 30, rows: 5 },
  { columns: 200, rows: 11 },
  { columns: 41, rows: 60 },
  { columns: 120, rows: 20 },
]

const after = (messages: readonly Message[], size = { columns: 80, rows: 24 }): Model =>
  messages.reduce(
    update,
    initialModel({ title: 'Sallyport', person: 'ann@example.com', size, nowMs: NOON_MS + 61_000 }),
  )
const textOf = (model: Model): readonly string[] =>
  view(model).lines.map((line) => line.map(({ text }) => text).join(''))
const shown = (model: Model): string => textOf(model).join('\n')
const pressed = (model: Model, ...keys: readonly Key[]): Model =>
  keys.reduce((now, key) => press(now, key).model, model)
const char = (text: string): Key => ({ char: text })

const tunnel: Message = { kind: 'tunnel', tunnel: TUNNEL }
const called = (number: number, more: Parameters<typeof callOf>[1] = {}): Message => ({
  kind: 'call',
  call: callOf(number, more),
})

describe('view()', () => {
  test('shows calls newest first; one that goes on counts up', () => {
    const open = { httpStatus: undefined, durationMs: undefined, bytes: undefined }
    const lines = textOf(
      after([
        tunnel,
        called(4),
        called(5, { ...open, method: 'GET', subject: undefined }),
        called(6, { caller: undefined, verdict: 'denied', rule: 'default', httpStatus: 403 }),
      ]),
    )

    expect(lines[6]).toMatch(/UTC +user +call +verdict +http +time/)
    expect(lines[7]).toMatch(/▸ 12:03:06 nobody +add +denied +403 +12 ms/)
    expect(lines[8]).toMatch(/12:03:05 bob@example.com +GET stream +allowed +open +56 s/)
    expect(lines[9]).toMatch(/12:03:04 bob@example.com +add +allowed +200 +12 ms/)
  })

  test.each([
    ['refused', 'Nothing listens on localhost:8080', 'Start your MCP server there'],
    ['not_mcp', 'localhost:8080 answers, but not as an MCP server', 'Which port is your MCP server on?'],
    ['wrong_path', 'An MCP server answers on localhost:8080, but not at /mcp', 'Let your server serve /mcp'],
  ] as const)('says what is wrong with a server that is %s, and what to do', (health, what, hint) => {
    const text = shown(after([{ kind: 'tunnel', tunnel: { ...TUNNEL, health } }]))

    expect(text).toContain(what)
    expect(text).toContain(hint)
  })

  test.each(SIZES)('fills $columns×$rows exactly, whatever is on view', (size) => {
    const calls = Array.from({ length: 300 }, (_, number) => called(number))
    const full = after([{ kind: 'tunnel', tunnel: { ...TUNNEL, health: 'refused' } }, ...calls], size)
    const views = [[], ['1'], ['3'], ['4'], ['?'], ['o'], ['\r'], ['/', 'x'], ['p'], ['h']].map((keys) =>
      pressed(full, ...keys.map(char)),
    )

    for (const model of [after([tunnel], size), ...views]) {
      const lines = textOf(model)
      expect(lines).toHaveLength(size.rows)
      expect(new Set(lines.map(widthOf))).toEqual(new Set([size.columns]))
    }
  })

  test('always has the keys in its last line, and the URL however small the screen is', () => {
    const small = textOf(after([tunnel], { columns: 30, rows: 5 }))

    expect(small.map((line) => line.trim().replace(/^● /, '')).join('')).toContain(TUNNEL.url)
    expect(small.at(-1)).toContain('q quit')
    for (const size of SIZES.slice(0, 3)) expect(textOf(after([tunnel], size)).at(-1)).toContain('q quit · ? help')
  })

  test('shows a waiting review first, also over details, help and a filter', () => {
    const review = { id: 'x', kind: 'call', title: 'Bob calls drop', lines: ['{}'], expiresAtMs: undefined } as const
    const model = after([tunnel, called(1), { kind: 'review', review }])

    for (const keys of [[], ['\r'], ['?'], ['o'], ['/', 'z'], ['1']]) {
      expect(textOf(pressed(model, ...keys.map(char)))[1]).toContain('▶ Bob calls drop')
    }
  })

  test('gives the next steps of each client, with the whole URL, until a call has succeeded', () => {
    const challenged = called(1, { verdict: 'sign-in asked', httpStatus: 401 })
    const waiting = after([tunnel, challenged], { columns: 200, rows: 60 })
    const guides = GUIDES.map((_guide, at) => shown(pressed(waiting, ...Array.from({ length: at }, () => char('n')))))

    for (const [at, client] of [
      'Claude Code',
      'Claude',
      'ChatGPT',
      'Codex',
      'VS Code',
      'Cursor',
      'MCP Inspector',
    ].entries()) {
      expect(guides[at]).toContain(`‹ ${client} ›`)
      expect(guides[at]?.split(TUNNEL.url).length).toBeGreaterThan(2)
    }
    expect(shown(update(waiting, called(2)))).not.toContain('Next steps')
  })

  test('explains a decision in the details of a call', () => {
    const denied = called(1, { verdict: 'denied', rule: 'deny sallyport.yaml:9:3' })
    const text = shown(pressed(after([tunnel, denied]), char('\r')))

    expect(text).toContain('denied by the rule "deny" at sallyport.yaml:9:3')
    expect(text).toMatch(/because +email-ok/)
    expect(text).toContain('{"a":1,"b":2}')
  })

  test('lets no escape byte of anybody through', () => {
    const evil = '\u001b[2J\u001b]0;x\u0007\u202e\u009b1m\r\n'
    const details = callOf(1).details
    const hostile = called(1, {
      caller: evil,
      client: evil,
      method: evil,
      subject: evil,
      rule: evil,
      details: details && {
        ...details,
        path: evil,
        clientId: evil,
        reasons: [evil],
        headers: [[evil, evil]],
        arguments: evil,
      },
    })
    const model = after(
      [
        { kind: 'tunnel', tunnel: { ...TUNNEL, url: evil, target: evil, health: 'refused' } },
        { kind: 'notice', atMs: NOON_MS + 60_000, text: evil },
        hostile,
        {
          kind: 'tick',
          nowMs: NOON_MS,
          channels: [{ id: 1, route: evil, request: evil, clientAddress: evil, rxBytes: 1, txBytes: 1, sinceMs: 0 }],
        },
      ],
      { columns: 200, rows: 60 },
    )

    for (const now of [model, pressed(model, char('\r')), pressed(model, char('o'))]) {
      // oxlint-disable-next-line no-control-regex
      expect(textOf(now).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    }
  })
})

describe('update()', () => {
  test('keeps the newest 200 calls, and details of the newest 40', () => {
    const model = after(Array.from({ length: 201 }, (_, number) => called(number)))

    expect(model.calls).toHaveLength(200)
    expect(model.calls[0]?.requestId).toBe('r200')
    expect(model.calls.map(({ details }) => details !== undefined).lastIndexOf(true)).toBe(39)
  })

  test('gives up arguments rather than keep more than 32 KiB of them', () => {
    const details = callOf(1).details
    const large = Array.from({ length: 20 }, (_, number) =>
      called(number, { details: details && { ...details, arguments: 'x'.repeat(8192) } }),
    )

    const kept = after(large).calls.filter((call) => call.details?.arguments?.startsWith('x'))

    expect(kept).toHaveLength(4)
  })

  test('forgets a tunnel that is gone, and the log says so', () => {
    const model = after([tunnel, { kind: 'gone', route: TUNNEL.route }])

    expect(model.tunnels).toEqual([])
    expect(model.log.map(({ text }) => text)).toEqual([
      `${TUNNEL.url} is closed`,
      `${TUNNEL.url} is open and leads to localhost:8080`,
    ])
  })
})

test('sizeFrom() takes 80×24 for no terminal at all and bounds what a client may ask for', () => {
  expect(sizeFrom(0, 0)).toEqual({ columns: 80, rows: 24 })
  expect(sizeFrom(100_000, 30)).toEqual({ columns: 512, rows: 30 })
})
