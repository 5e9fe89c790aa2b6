import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'

import { encode } from 'uqr'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { systemRandom } from '../../control-plane/kernel/random.ts'
import { ann, type Harbour, type KeyFile, openHarbour, publicLineOf, until } from './support/dock.ts'
import { openDock } from '../../control-plane/ssh/dock.ts'
import { createEd25519Key } from '../../control-plane/ssh/host-key.ts'

let harbour: Harbour
let key: KeyFile

beforeEach(async () => {
  harbour = await openHarbour({ recheckMs: 50, maxRecheckMs: 50 })
  key = harbour.newKey()
})
afterEach(() => harbour[Symbol.asyncDispose]())

const bind = (bound: KeyFile): Map<string, typeof ann> => harbour.admission.bound.set(bound.fingerprint, ann)
const HOST = '127.0.0.1'

describe('signing in', () => {
  test('a bound key gets its tunnel without a question', async () => {
    bind(key)

    const run = harbour.ssh([key], '-T', '-R', '0', HOST)

    await run.prints('Signed in as ann@example.com')
    await run.prints('http://localhost:7800/calm-otter-4821/mcp -> localhost:8080')
    expect(harbour.admission.tickets).toEqual([])
    expect(run.stderr).not.toContain('WARNING: Server requests forwarding')
  })

  test.each(['rsa', 'ecdsa'])('a bound %s key is understood too', async (type) => {
    const other = harbour.newKey(type)
    bind(other)

    const run = harbour.ssh([other], '-T', '-R', '0', HOST)

    expect(await run.prints('Signed in as ann@example.com')).toBe(true)
  })

  test('a person with an unbound key sees link, code and fingerprint, authorizes, and the same connection goes on', async () => {
    const run = harbour.ssh([key], '-T', '-R', '0', HOST)
    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])
    await run.prints(ticket.link)
    await run.prints('KXWD-4821')
    await run.prints(key.fingerprint)
    expect(ticket.visitor).toMatchObject({ address: '127.0.0.1', username: 'ann' })
    expect(ticket.visitor.key?.fingerprint).toBe(key.fingerprint)
    expect(publicLineOf(key)).toContain(ticket.visitor.key?.blob)

    ticket.decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })

    await run.prints('/calm-otter-4821/mcp')
  })

  test('a person without any key signs in by the same link', async () => {
    const run = harbour.ssh([], '-T', '-R', '0', HOST)
    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])
    await run.prints('none: this connection only')
    expect(ticket.visitor.key).toBeUndefined()

    ticket.decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })

    await run.prints('/calm-otter-4821/mcp')
  })

  test('a bound key wins when it is the second of three', async () => {
    bind(key)

    const run = harbour.ssh([harbour.newKey(), key, harbour.newKey()], '-T', '-R', '0', HOST)

    await run.prints('Signed in as ann@example.com')
    expect(harbour.admission.tickets).toEqual([])
  })

  test('of several unbound keys the first is the one on the page', async () => {
    const run = harbour.ssh([key, harbour.newKey()], '-T', '-R', '0', HOST)

    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])

    await run.prints(ticket.link)
    expect(ticket.visitor.key?.fingerprint).toBe(key.fingerprint)
  })

  test.each([
    ['denied', 'Sign-in was denied'],
    ['expired', 'The sign-in link has expired'],
  ] as const)('a person whose sign-in is %s reads so', async (kind, text) => {
    const run = harbour.ssh([key], '-T', '-R', '0', HOST)
    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])

    ticket.decide({ kind })

    await run.prints(text)
    expect(await run.ended()).toBe(255)
  })

  test('a person whose name asks for it gets the link as a QR code too', async () => {
    harbour.locale = 'C.UTF-8'
    harbour.username = 'ann+qr'
    const run = harbour.ssh([], '-N', '-R', '0', HOST)
    const ticket = await until('a ticket', () => harbour.admission.tickets[0])

    await run.prints(ticket.link)
    const { data, size } = encode(ticket.link, { ecc: 'L', border: 2 })
    const rows = run.stderr.split(/\r?\n/).filter((line) => /^[ ▀▄█]+$/.test(line) && line.length === size)
    const modules = rows.flatMap((row) => [
      Array.from(row).map((cell) => ' ▄'.includes(cell)),
      Array.from(row).map((cell) => ' ▀'.includes(cell)),
    ])
    expect(modules.slice(0, size)).toEqual(data)
    expect(ticket.visitor.username).toBe('ann')
  })

  test('a connection that waits goes on when its key is bound elsewhere, without its own link', async () => {
    const key = harbour.newKey()
    harbour.ssh([key], '-N', '-R', '0', HOST)
    const ticket = await until('a ticket', () => harbour.admission.tickets[0])
    harbour.ssh([key], '-N', '-R', 'notes:443:localhost:9', HOST)
    await until('another ticket', () => harbour.admission.tickets[1])

    harbour.admission.bind(key.fingerprint, ann)

    expect(await harbour.board.served()).toMatchObject({ userId: ann.id })
    expect(await harbour.board.served(`notes-${ann.tunnelName}`)).toMatchObject({ userId: ann.id })
    expect(ticket.withdrawn).toBe(true)
  })

  test('a link dies with the ssh that waits for it', async () => {
    const run = harbour.ssh([key], '-N', '-R', '0', HOST)
    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])

    run.process.kill('SIGKILL')

    await until('the link to be withdrawn', () => ticket.withdrawn)
    ticket.decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })
    expect(harbour.board.live.size).toBe(0)
  })

  test('BatchMode is refused at once, and the next attempt says what to do', async () => {
    const first = harbour.ssh([key], '-T', '-o', 'BatchMode=yes', '-R', '0', HOST)
    expect(await first.ended()).toBe(255)
    await first.prints('Permission denied')

    const second = harbour.ssh([key], '-T', '-o', 'BatchMode=yes', '-R', '0', HOST)

    await second.prints('Sign in once without BatchMode')
    expect(harbour.admission.tickets).toEqual([])
  })

  test('passwords are not asked for', async () => {
    const run = harbour.ssh([], '-T', '-o', 'PreferredAuthentications=password', HOST)

    expect(await run.ended()).toBe(255)
    expect(run.stderr).toContain('Permission denied (publickey,keyboard-interactive)')
  })

  test('revocation ends a live connection with the given sentence', async () => {
    bind(key)
    const run = harbour.ssh([key], '-N', '-R', '0', HOST)
    await harbour.board.served()

    harbour.admission.revokeAll('Your key was removed')

    expect(await run.ended()).toBe(255)
    expect(run.stderr).toContain('Your key was removed')
    expect(harbour.board.live.size).toBe(0)
  })
})

describe('the dock', () => {
  test('listens on IPv6 too, at the same port', async () => {
    bind(key)
    expect(harbour.dock.addresses.map((address) => address.port)).toEqual([
      harbour.dock.address.port,
      harbour.dock.address.port,
    ])

    const run = harbour.ssh([key], '-T', '-R', '0', '::1')

    await run.prints('Signed in as ann@example.com')
    expect((await harbour.board.served()).sourceAddress).toBe('::1')
  })

  test('says which port is taken, and leaves the sockets of the dock that has it alone', async () => {
    bind(key)
    harbour.ssh([key], '-N', '-R', '0', HOST)
    const connector = await harbour.board.served()

    const second = openDock(
      {
        listen: [harbour.dock.address],
        hostKeys: [createEd25519Key(systemRandom)],
        socketFolder: harbour.socketFolder,
      },
      harbour.ports,
    )

    await expect(second).rejects.toMatchObject({ code: 'start.port_taken' })
    expect(existsSync(connector.socketPath)).toBe(true)
  })

  test('offers no compression and no old algorithm', async () => {
    const run = harbour.ssh([key], '-vv', '-N', HOST)
    await run.prints('peer server KEXINIT proposal')
    await until('a sign-in', () => harbour.admission.tickets[0])

    const proposal = run.stderr.slice(run.stderr.indexOf('peer server KEXINIT proposal'))
    expect(proposal).toMatch(/compression ctos: none\r?\n/)
    expect(proposal.slice(0, 1500)).not.toMatch(/sha1|cbc|arcfour|group14|ssh-rsa|ssh-dss/)
    expect(run.stderr).toContain('remote software version Sallyport')
  })

  test('survives what is not SSH', async () => {
    const { port } = harbour.dock.address
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      randomBytes(4096),
      Buffer.from('SSH-2.0-x\r\n\u0000'),
    ]) {
      const socket = connect(port, HOST)
      socket.on('error', () => {})
      socket.end(bytes)
      await once(socket.resume(), 'close')
    }
    bind(key)

    const run = harbour.ssh([key], '-T', '-R', '0', HOST)

    expect(await run.prints('Signed in as ann@example.com')).toBe(true)
  })
})

describe('sessions', () => {
  beforeEach(() => bind(key))

  test('-N serves without a session', async () => {
    const run = harbour.ssh([key], '-N', '-R', '0', HOST)

    const connector = await harbour.board.served()

    expect(connector).toMatchObject({ userId: ann.id, sourceAddress: '127.0.0.1', mode: 'dynamic' })
    await run.prints('Allocated port')
  })

  test('-f goes to the background once the forward is accepted', async () => {
    const run = harbour.ssh([key], '-f', '-N', '-o', 'ExitOnForwardFailure=yes', '-R', '8080:localhost:9', HOST)

    expect(await run.ended()).toBe(0)

    await harbour.board.served()
    harbour.admission.revokeAll('over')
    await until('the background ssh to be gone', () => harbour.board.live.size === 0)
  })

  test('a plain ssh without -R says what to type', async () => {
    const run = harbour.ssh([key], HOST)

    await run.prints(`ssh -R 0 -p ${harbour.dock.address.port} localhost`)
    expect(await run.ended()).toBe(1)
  })

  test('words that make no sense are refused with status 2', async () => {
    const run = harbour.ssh([key], '-R', '0', HOST, 'prot=3000')

    await run.prints('Cannot use "prot=3000"')
    expect(await run.ended()).toBe(2)
  })

  test('calls are shown as one line each', async () => {
    const run = harbour.ssh([key], '-T', '-R', '0', HOST)
    await run.prints('/calm-otter-4821/mcp')

    harbour.events.publish({
      kind: 'call.decided',
      atMs: Date.UTC(2026, 0, 2, 12, 3, 4),
      requestId: 'r1',
      route: ann.tunnelName,
      resource: 'http://localhost:7800/calm-otter-4821/mcp',
      clientAddress: '127.0.0.1',
      token: undefined,
      caller: { userId: 'u', email: 'bob@example.com', clientId: 'c', grantId: 'grt_1', scopes: ['mcp'] },
      httpMethod: 'POST',
      method: 'tools/call',
      subject: 'add\u001b[2J',
      path: '/calm-otter-4821/mcp',
      era: 'legacy',
      session: undefined,
      trace: undefined,
      requestBytes: 0,
      arguments: undefined,
      rule: undefined,
      verdict: 'allow',
      reasons: [],
    })
    const completed = { httpStatus: 200, durationMs: 12, bytesIn: 1, bytesOut: 1, flags: '' }
    harbour.events.publish({ kind: 'call.completed', atMs: 0, requestId: 'r1', route: ann.tunnelName, ...completed })

    expect(await run.prints('12:03:04  bob@example.com  tools/call  add  allowed  12 ms\n')).toBe(true)
  })

  test('a terminal gets a live screen that q ends and that leaves the terminal as it was', async () => {
    const run = harbour.ssh([key], '-tt', '-R', '0', HOST)
    await run.prints('\u001b[?1049h')
    await run.prints('http://localhost:7800/calm-otter-4821/mcp')
    await run.prints('Nothing listens on localhost:8080')

    run.process.stdin?.write('q')

    expect(await run.ended()).toBe(0)
    expect(run.stdout.indexOf('\u001b[?1049l')).toBeGreaterThan(run.stdout.lastIndexOf('\u001b[?1049h'))
    await until('the connector to be gone', () => harbour.board.live.size === 0)
  })

  test('a screen is left before the reason of a disconnect is shown', async () => {
    const run = harbour.ssh([key], '-tt', '-R', '0', HOST)
    await run.prints('\u001b[?1049h')

    harbour.admission.revokeAll('Your account was disabled')

    expect(await run.ended()).not.toBe(0)
    expect(run.stdout.indexOf('Your account was disabled')).toBeGreaterThan(run.stdout.indexOf('\u001b[?1049l'))
  })
})
