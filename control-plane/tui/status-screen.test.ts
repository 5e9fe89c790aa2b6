import xterm from '@xterm/headless'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { StatusFeed, type TunnelStatus } from './status.ts'
import { StatusScreen } from './status-screen.ts'

const tunnel: TunnelStatus = {
  route: 'r',
  url: 'http://localhost:7800/r/mcp',
  target: 'localhost:8080',
  live: true,
  health: 'ok',
  mode: 'dynamic',
  sinceMs: 0,
  connectors: 1,
}

function show(options: { readonly mono?: boolean } = {}) {
  const feed = new StatusFeed()
  const port = { sent: '', unsentBytes: 0, write: (text: string) => void (port.sent += text) }
  let quits = 0
  const answers: unknown[] = []
  const screen = new StatusScreen({
    terminal: port,
    feed,
    clock: { nowMs: () => 5000 },
    title: 'Sallyport',
    person: 'ann@example.com',
    size: { columns: 80, rows: 24 },
    mono: options.mono ?? false,
    onQuit: () => (quits += 1),
    onAnswer: (...answer) => void answers.push(answer),
  })
  return { feed, port, screen, answers, quits: () => quits }
}

async function replay(bytes: string): Promise<{ readonly rows: readonly string[]; readonly alternate: boolean }> {
  // xterm has timers of its own.
  vi.useRealTimers()
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(bytes, resolve))
  const buffer = terminal.buffer.active
  const rows = Array.from({ length: 24 }, (_, row) => (buffer.getLine(row)?.translateToString() ?? '').trimEnd())
  return { rows, alternate: buffer.type === 'alternate' }
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }))
afterEach(() => vi.useRealTimers())

describe('StatusScreen', () => {
  test('shows on a real terminal what the view says', async () => {
    const { feed, port, screen } = show()
    feed.tell({ kind: 'tunnel', tunnel })
    vi.advanceTimersByTime(100)

    const { rows, alternate } = await replay(port.sent)

    expect(alternate).toBe(true)
    expect(rows[0]).toMatch(/^ Sallyport +ann@example.com$/)
    expect(rows[2]).toBe(' ● live       http://localhost:7800/r/mcp')
    expect(rows[23]).toBe(' q quits and closes the tunnel')
    screen.close()
  })

  test('gives the terminal back as it was, once, and then stays silent', async () => {
    const { feed, port, screen } = show()
    screen.close()
    const { length } = port.sent

    screen.close()
    feed.tell({ kind: 'tunnel', tunnel })
    vi.advanceTimersByTime(5000)

    expect(port.sent).toHaveLength(length)
    expect(await replay(`$ ssh\r\n${port.sent}`)).toMatchObject({
      alternate: false,
      rows: expect.arrayContaining(['$ ssh']),
    })
  })

  test('sends only what changed, at most ten times a second', () => {
    const { feed, port, screen } = show()
    port.sent = ''
    for (let count = 0; count < 50; count += 1) feed.tell({ kind: 'notice', atMs: 0, text: `notice ${count}` })
    expect(port.sent).toBe('')

    vi.advanceTimersByTime(100)

    expect(port.sent).toContain('notice 49')
    expect(port.sent.length).toBeLessThan(600)
    screen.close()
  })

  test('drops frames for a terminal that does not read', () => {
    const { feed, port, screen } = show()
    port.sent = ''
    port.unsentBytes = 65 * 1024

    feed.tell({ kind: 'notice', atMs: 0, text: 'x' })
    vi.advanceTimersByTime(3000)

    expect(port.sent).toBe('')
    screen.close()
  })

  test('repairs itself after the client has written across it', async () => {
    const { feed, port, screen } = show()
    port.sent += '\r\nconnect_to localhost port 8080: failed.\r\n'

    feed.tell({ kind: 'smudged' })
    vi.advanceTimersByTime(100)

    expect((await replay(port.sent)).rows.join('\n')).not.toContain('connect_to')
    screen.close()
  })

  test('sends no colours when asked for none', () => {
    const { port, screen } = show({ mono: true })

    // oxlint-disable-next-line no-control-regex
    expect(port.sent).not.toMatch(/\u001b\[[0-9;]*m/)
    screen.close()
  })

  test.each(['q', 'Q', '\u0003', '\u0004'])('quits on %j', (key) => {
    const { screen, quits } = show()

    screen.press(Buffer.from(key))

    expect(quits()).toBe(1)
    screen.close()
  })
})
