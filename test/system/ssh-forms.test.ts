/** Every form of `-R` that people write, with the stock OpenSSH, and what they read. */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ann, type Harbour, type KeyFile, openHarbour, type SshRun, until } from './support/dock.ts'
import { openPseudoTerminal } from './support/pseudo-terminal.ts'

const HOST = '127.0.0.1'
const RPC = '{"jsonrpc":"2.0","id":"1","result":{}}'
const urlOf = (route: string): string => `http://localhost:7800/${route}/mcp`
const OWN = ann.tunnelName
const NOTES = `notes-${ann.tunnelName}`

let harbour: Harbour
let key: KeyFile
let port: number
const servers: Server[] = []

beforeEach(async () => {
  harbour = await openHarbour({ healthMs: 100 })
  key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
  port = await listen(
    createHttpServer((_question, response) => response.setHeader('content-type', 'application/json').end(RPC)),
  )
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await harbour[Symbol.asyncDispose]()
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, HOST)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('what is published', () => {
  test.each([
    ['0', OWN, 'dynamic'],
    [':0', OWN, 'dynamic'],
    ['*:0', OWN, 'dynamic'],
    ['[::]:0', OWN, 'dynamic'],
    ['0.0.0.0:0', OWN, 'dynamic'],
    ['8080', OWN, 'dynamic'],
    ['notes:443', NOTES, 'dynamic'],
    ['notes:0', NOTES, 'dynamic'],
    ['Notes:443', NOTES, 'dynamic'],
    ['team:443', 'team', 'dynamic'],
    ['0:localhost:PORT', OWN, 'static'],
    ['443:localhost:PORT', OWN, 'static'],
    ['8080:localhost:PORT', OWN, 'static'],
    ['127.0.0.1:8080:localhost:PORT', OWN, 'static'],
    ['[::1]:8080:localhost:PORT', OWN, 'static'],
    ['notes:443:localhost:PORT', NOTES, 'static'],
    ['team:443:localhost:PORT', 'team', 'static'],
  ] as const)('-R %s is %s and its client %s', async (form, route, mode) => {
    const words = mode === 'dynamic' ? [`port=${port}`] : []
    const run = harbour.ssh(
      [key],
      '-T',
      '-o',
      'ExitOnForwardFailure=yes',
      '-R',
      form.replace('PORT', String(port)),
      HOST,
      ...words,
    )

    const connector = await harbour.board.served(route)

    expect(connector).toMatchObject({ mode, health: 'ok' })
    await run.prints(`${urlOf(route)} -> ${mode === 'dynamic' ? `localhost:${port}` : 'the target of your -R'}`)
  })

  test('-R notes:22:localhost:22 publishes a port whose server is told to be no MCP server', async () => {
    const sshd = await listen(createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.2\r\n')))

    const run = harbour.ssh([key], '-T', '-R', `notes:22:localhost:${sshd}`, HOST)

    await run.prints(urlOf(NOTES))
    expect(await run.prints('Something answers where this forward leads, but not as an MCP server')).toBe(true)
  })
})

describe('what is refused, with the reason in the terminal', () => {
  test.each([
    ['https-*:0', '"https-*" is a pattern, and a tunnel has one name: use -R 0, or -R LABEL:0'],
    ['0:8080', '"0" is a number and no label: did you mean -R 0:localhost:8080?'],
    ['a_b:443:localhost:1', '"a_b" is no label: use up to 30 of a-z, 0-9 and "-"'],
    ['xds:443:localhost:1', '"xds" is a reserved label, choose another one'],
    ['/tmp/mcp.sock:localhost:1', 'forward a TCP port with ssh -R'],
  ])('-R %s', async (form, reason) => {
    const run = harbour.ssh([key], '-T', '-R', form, HOST)

    await run.prints(reason)
    await run.prints('Nothing is forwarded')
    expect(await run.ended()).toBe(1)
    expect(harbour.board.live.size).toBe(0)
  })

  test('a duplicate, while the first one goes on', async () => {
    const twice = ['-R', `notes:443:localhost:${port}`, '-R', `NOTES:444:localhost:${port}`]
    const run = harbour.ssh([key], '-T', ...twice, HOST)

    await run.prints(`Forward refused: "${NOTES}" is served by this connection already`)
    await run.prints('remote port forwarding failed for listen port 444')
    expect((await harbour.board.served(NOTES)).health).toBe('ok')
  })

  test('a duplicate without a session is told with -v', async () => {
    const twice = ['-R', `notes:443:localhost:${port}`, '-R', `NOTES:444:localhost:${port}`]
    const run = harbour.ssh([key], '-v', '-N', ...twice, HOST)

    expect(
      await run.prints(`Remote: Sallyport: Forward refused: "${NOTES}" is served by this connection already`),
    ).toBe(true)
  })

  test('a duplicate ends an ssh that was told to exit on failure, also from the background', async () => {
    const twice = ['-R', `notes:443:localhost:${port}`, '-R', `NOTES:444:localhost:${port}`]

    const run = harbour.ssh([key], '-f', '-N', '-o', 'ExitOnForwardFailure=yes', ...twice, HOST)

    expect(await run.ended()).toBe(255)
    await until('nothing to be served', () => harbour.board.live.size === 0)
  })
})

describe('several forwards in one connection', () => {
  test('are all answered and each has its own name', async () => {
    const forms = ['0', `notes:443:localhost:${port}`, `9000:localhost:${port}`, `team:443:localhost:${port}`]
    const run = harbour.ssh([key], '-T', ...forms.flatMap((form) => ['-R', form]), HOST, `port=${port}`)

    for (const route of [OWN, NOTES, `p9000-${OWN}`, 'team']) {
      await run.prints(urlOf(route))
      await harbour.board.served(route)
    }
    expect(harbour.board.live.size).toBe(4)
  })

  const control = (): readonly string[] => ['-S', join(harbour.socketFolder, 'control')]
  const told = (run: SshRun): Promise<number> => run.ended()

  test('are added and cancelled through a ControlMaster', async () => {
    const master = harbour.ssh([key], '-M', ...control(), '-N', '-R', '0', HOST)
    await harbour.board.served()

    expect(
      await told(harbour.ssh([key], ...control(), '-O', 'forward', '-R', `notes:443:localhost:${port}`, HOST)),
    ).toBe(0)
    expect((await harbour.board.served(NOTES)).mode).toBe('static')
    const dynamic = harbour.ssh([key], ...control(), '-O', 'forward', '-R', 'team:0', HOST)
    expect(await told(dynamic)).toBe(0)
    await dynamic.prints(/^\d{5}$/m)
    expect((await harbour.board.served('team')).mode).toBe('dynamic')

    expect(
      await told(harbour.ssh([key], ...control(), '-O', 'cancel', '-R', `notes:443:localhost:${port}`, HOST)),
    ).toBe(0)
    await until('it to be gone', () => [...harbour.board.live.values()].every((live) => live.route !== NOTES))
    expect(await told(harbour.ssh([key], ...control(), '-O', 'cancel', '-R', 'team:0', HOST))).toBe(0)
    await until('it to be gone', () => harbour.board.live.size === 1)
    expect(master.process.exitCode).toBeNull()
  })

  test('a refusal through a ControlMaster fails that command only', async () => {
    const master = harbour.ssh([key], '-M', ...control(), '-N', '-R', '0', HOST)
    await harbour.board.served()

    expect(await told(harbour.ssh([key], ...control(), '-O', 'forward', '-R', 'https-*:0', HOST))).not.toBe(0)

    expect(master.process.exitCode).toBeNull()
    expect(harbour.board.live.size).toBe(1)
  })

  test('a second session of a ControlMaster has a terminal of its own', async () => {
    harbour.ssh([key], '-M', ...control(), '-N', '-R', `0:localhost:${port}`, HOST)
    await harbour.board.served()

    const one = harbour.ssh([key], ...control(), '-T', HOST)
    const two = harbour.ssh([key], ...control(), '-T', HOST)

    expect(await Promise.all([one.prints(urlOf(OWN)), two.prints(urlOf(OWN))])).toEqual([true, true])
  })

  test('are added and cancelled with ~C while the screen is open', async () => {
    const words = ['-o', 'EnableEscapeCommandline=yes', '-l', 'ann', '-R', `0:localhost:${port}`, HOST]
    const size = { columns: 100, rows: 30 }
    await using terminal = await openPseudoTerminal(harbour.dock.address.port, words, { key: key.path, size })
    await terminal.see(/calm-otter-4821\/mcp/)

    terminal.type('~C')
    await until('the prompt', () => terminal.bytes().includes('ssh> '))
    terminal.type(`-R notes:443:localhost:${port}\r`)
    expect((await harbour.board.served(NOTES)).mode).toBe('static')
    await terminal.see(/notes-calm-otter-4821\/mcp/)

    terminal.type('~C')
    await until('the prompt again', () => terminal.bytes().split('ssh> ').length === 3)
    terminal.type('-KR notes:443\r')
    await until('it to be gone', () => harbour.board.live.size === 1)
    expect((await harbour.board.served()).route).toBe(OWN)
  })
})
