/**
 * A stranger calls the tunnel of somebody whose screen is open. What they send is shown there: names of tools and methods,
 * what their program calls itself, paths. They try to move the cursor, to write into other cells, to set the title, to fill
 * the clipboard, to make the terminal answer, and to turn the direction of text around. None of it may leave its cell.
 */
import { connect } from 'node:net'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { post } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { openPseudoTerminal, type PseudoTerminal } from '../support/pseudo-terminal.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

const SIZE = { columns: 200, rows: 50 }

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel
let terminal: PseudoTerminal
const heard = { titles: [] as string[], oscs: [] as string[], answers: [] as string[] }

/** What each text is followed by says that it was shown. */
const EVIL: readonly (readonly [string, string])[] = [
  ['clears the screen', '\u001b[2J\u001b[Hpwn1'],
  ['moves the cursor', '\u001b[1;1Hpwn2'],
  ['sets the title', '\u001b]0;owned\u0007pwn3'],
  ['fills the clipboard', '\u001b]52;c;b3duZWQ=\u0007pwn4'],
  ['asks who the terminal is', '\u001b[c\u001b[6n\u001b[>q\u0005pwn5'],
  ['uses C1 controls', '\u009b2J\u009d0;owned\u009cpwn6'],
  ['sends a device control string', '\u001bP+q544e\u001b\\pwn7'],
  ['links elsewhere', '\u001b]8;;http://evil.example\u001b\\pwn8\u001b]8;;\u001b\\'],
  ['turns text around', '\u202epwn9\u2066\u200f'],
  ['breaks lines', 'pwn\r\n\t\u000b\u2028\u0085A'],
  ['leaves the other screen', '\u001b[?1049l\u001bcpwnB'],
  ['is far too wide', `pwnC${'日'.repeat(300)}`],
  ['piles up marks', `pwnD${'\u0301'.repeat(300)}`],
]

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startGateway({ config: 'audit: { arguments: full }\n' })
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
  await tunnel.ssh.kill()
  terminal = await openPseudoTerminal(
    gateway.sshPort,
    ['-t', '-R', '0', '-R', '\u001b]0;owned\u0007x y:443', 'localhost', `port=${upstream.port}`],
    { key: tunnel.key, size: SIZE },
  )
  terminal.emulator.onTitleChange((title) => heard.titles.push(title))
  terminal.emulator.onData((answer) => heard.answers.push(answer))
  for (const code of [0, 2, 4, 8, 9, 10, 52, 777, 1337]) {
    terminal.emulator.parser.registerOscHandler(code, (text) => {
      heard.oscs.push(`${code};${text}`)
      return false
    })
  }
  await terminal.see(/● live/)
})

afterAll(async () => {
  for (const open of [terminal, tunnel, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

/** Our own sequences, and nothing else that controls a terminal. */
// oxlint-disable-next-line no-control-regex -- those are meant
const OWN = /\u001b\[(?:\?(?:1049|25|7|2004|1000|1006)[hl]|2J|\d{1,3};1H|[0-9;]{1,5}m)/g
// oxlint-disable-next-line no-control-regex -- those are meant
const FOREIGN = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/

/** What is not as it was before strangers called; empty where they reached nothing. */
function damage(): readonly string[] {
  const found = [...heard.titles, ...heard.oscs, ...heard.answers]
  const foreign = FOREIGN.exec(terminal.bytes().replaceAll(OWN, ''))
  if (foreign !== null) found.push(`a foreign control: ${JSON.stringify(foreign[0])}`)
  const { active } = terminal.emulator.buffer
  if (active.type !== 'alternate') found.push('the other screen was left')
  const isNotice = /^ Forward refused: "x y" is no label/
  for (const [row, line] of terminal.frame().entries()) {
    const isFirst = row === 0 && /^ Sallyport .* ann@example\.com$/.test(line)
    const isLast = row === SIZE.rows - 1 && /^ (?:q quit|esc back)/.test(line)
    // The edges of each frame are where they belong: no text was wider than its cell.
    const edge =
      active
        .getLine(row)
        ?.getCell(SIZE.columns - 1)
        ?.getChars() ?? ''
    const isFramed = /^[╭│╰].*[╮│╯]$/u.test(line) && /[╮│╯]/.test(edge)
    if (!isFirst && !isLast && !isFramed && !isNotice.test(line)) found.push(`row ${row}: ${line}`)
  }
  return found
}

test.each(EVIL)('the name of a tool that %s stays in its cell, and in the details', async (_what, name) => {
  const said = /pwn./.exec(name.replaceAll(/[^\w]/g, ''))?.[0] ?? 'pwn'
  const params = { name, arguments: { [name]: name } }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  await (await post(tunnel.url, body, tunnel.bearer)).text()

  await terminal.see(new RegExp(`tools/call ${said}`))
  expect(damage()).toEqual([])
  terminal.type('\r')
  await terminal.see(/decision +allowed/)
  expect(damage()).toEqual([])
  // Back, and to the newest again.
  terminal.type('\r')
  await terminal.see(/2 Calls/)
  terminal.type('g')
})

test('methods, task ids and other names of a message stay in theirs', async () => {
  for (const [, text] of EVIL) {
    await (await post(tunnel.url, JSON.stringify({ jsonrpc: '2.0', id: 1, method: `m/${text}` }), tunnel.bearer)).text()
    const read = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: `file:///${text}` } }
    await (await post(tunnel.url, JSON.stringify(read), tunnel.bearer)).text()
  }
  await terminal.see(/file:\/\/\/pwnD/)

  expect(damage()).toEqual([])
})

/** Bytes as no HTTP library would send them. Envoy may refuse them; what it lets through is shown. */
function sendRaw(head: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let answer = ''
  const socket = connect(gateway.httpPort, '127.0.0.1', () => socket.write(Buffer.from(head, 'latin1')))
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1')
    socket.destroy()
  })
  socket.on('close', () => resolve(answer))
  socket.on('error', () => resolve(answer))
  return promise
}

test('what a program calls itself, its path and its host stay in theirs', async () => {
  const { pathname, host } = new URL(tunnel.url)
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
  const answers: string[] = []
  for (const [, text] of EVIL.slice(0, 11)) {
    const bytes = Buffer.from(text)
      .toString('latin1')
      .replaceAll(/[\r\n]/g, '')
    for (const [path, name, agent] of [
      [pathname, host, `agent-${bytes}/1.0`],
      [`${pathname}?${encodeURIComponent(text)}`, host, 'agent-query'],
      [pathname, `${host}${bytes}`, 'agent-host'],
    ]) {
      answers.push(
        await sendRaw(
          `POST ${path} HTTP/1.1\r\nhost: ${name}\r\nuser-agent: ${agent}\r\nauthorization: ${tunnel.bearer.authorization}\r\n` +
            `content-type: application/json\r\naccept: application/json, text/event-stream\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        ),
      )
    }
  }
  expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200')).length).toBeGreaterThan(11)
  await terminal.see(/agent-/)

  expect(damage()).toEqual([])
})

test('an address that is not one of ours cannot sign up with control characters to be shown', async () => {
  const browser = new ScriptedBrowser()

  await expect(signUp(gateway.url, browser, 'eve\u001b[2J@example.com')).rejects.toThrow('Sign-up did not work')
})

test('a forward whose name has controls is refused, and the log can be read', async () => {
  terminal.type('4')
  await terminal.see(/Forward refused/)

  expect(damage()).toEqual([])
})
