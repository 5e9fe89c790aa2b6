import xterm from '@xterm/headless'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { ReviewStatus } from './review.ts'
import { callOf, TUNNEL } from './status.fixture.ts'
import { StatusFeed } from './status.ts'
import { StatusScreen } from './status-screen.ts'

const tunnel = { ...TUNNEL, route: 'r', url: 'http://localhost:7800/r/mcp' }

function show(options: { readonly mono?: boolean; readonly nowMs?: () => number; readonly wrote?: () => void } = {}) {
  const feed = new StatusFeed()
  const write = (text: string): void => {
    port.sent += text
    options.wrote?.()
  }
  const port = { sent: '', unsentBytes: 0, write }
  let quits = 0
  const answers: unknown[] = []
  const screen = new StatusScreen({
    terminal: port,
    feed,
    channels: () => [],
    clock: { nowMs: options.nowMs ?? (() => 5000) },
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
    expect(rows[0]).toMatch(/^ Sallyport .* ann@example.com$/)
    expect(rows[2]).toMatch(/^│ {3}● live {8}http:\/\/localhost:7800\/r\/mcp +│$/)
    expect(rows[23]).toMatch(/^ q quit · \? help/)
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
    expect(port.sent.length).toBeLessThan(1200)
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

  test('draws at most ten times a second, whether calls come or keys', () => {
    let nowMs = 0
    const frames: number[] = []
    const { feed, port, screen } = show({ nowMs: () => nowMs, wrote: () => void frames.push(nowMs) })
    frames.splice(0)

    for (; nowMs < 1000; nowMs += 1) {
      feed.tell({ kind: 'call', call: callOf(nowMs) })
      if (nowMs % 10 === 0) screen.press(Buffer.from('j'))
      vi.advanceTimersByTime(1)
    }

    expect(frames.length).toBeGreaterThan(7)
    expect(frames.length).toBeLessThanOrEqual(10)
    expect(port.sent).toContain('12:03:5')
    screen.close()
  })

  test('copies the URL with OSC 52, whose text is Base64', () => {
    const { feed, port, screen } = show()
    feed.tell({ kind: 'tunnel', tunnel: { ...tunnel, url: `${tunnel.url}\u0007\u001b]0;x\u0007` } })

    screen.press(Buffer.from('c'))

    expect(port.sent).toContain(`\u001b]52;c;${Buffer.from(tunnel.url).toString('base64')}\u0007`)
    screen.close()
  })

  test('takes an escape that nothing follows for the key', async () => {
    const { port, screen } = show()
    screen.press(Buffer.from('?'))
    screen.press(Buffer.from('\u001b'))
    vi.advanceTimersByTime(300)

    expect((await replay(port.sent)).rows.join()).not.toContain('Keys')
    screen.close()
  })

  test('focuses the pane that is clicked', async () => {
    const { port, screen } = show()
    const hints = async (): Promise<string> => (await replay(port.sent)).rows[23] ?? ''
    const before = await hints()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

    screen.press(Buffer.from('\u001b[<0;5;21M'))
    vi.advanceTimersByTime(300)

    expect(before).toContain('enter steps')
    expect(await hints()).not.toContain('enter')
    screen.close()
  })
})

describe('a key decides about a review', () => {
  const review = { id: 'x', kind: 'call', title: 'Bob calls drop', lines: ['{}'], expiresAtMs: undefined } as const

  function waiting(more: Partial<ReviewStatus> = {}) {
    let nowMs = 0
    const shown = show({ nowMs: () => nowMs })
    shown.feed.tell({ kind: 'review', review: { ...review, ...more } })
    return { ...shown, wait: (ms: number) => (nowMs += ms) }
  }

  test('once it was selected for a while', () => {
    const { screen, answers, wait } = waiting()
    screen.press(Buffer.from('a'))
    expect(answers).toEqual([])
    wait(400)

    screen.press(Buffer.from('a'))

    expect(answers).toEqual([['x', { allow: true, forMs: 0 }]])
    screen.close()
  })

  test.each([
    ['pasted among others', ['ab']],
    ['pasted alone', ['\u001b[200~a\u001b[201~']],
    ['typed into the filter', ['/', 'a']],
    ['with Alt', ['\u001ba']],
    ['the byte of a mouse report in its oldest form', ['\u001b[M', 'a', 'a', 'a']],
  ])('and not when it is %s', (_how, pieces) => {
    const { screen, answers, wait } = waiting()
    wait(1000)

    for (const piece of pieces) screen.press(Buffer.from(piece))

    expect(answers).toEqual([])
    screen.close()
  })

  test('and not when it comes late behind an escape', () => {
    const { screen, answers, wait } = waiting()
    wait(1000)
    screen.press(Buffer.from('\u001b'))
    vi.advanceTimersByTime(100)

    screen.press(Buffer.from('a'))

    expect(answers).toEqual([])
    screen.close()
  })

  test('and allows nothing that is not whole on the screen', () => {
    const { screen, answers, wait } = waiting({ lines: ['x'.repeat(5000)] })
    wait(1000)

    screen.press(Buffer.from('a'))
    screen.press(Buffer.from('d'))

    expect(answers).toEqual([['x', { allow: false, forMs: 0 }]])
    screen.close()
  })
})
