/** PuTTY and Dropbear, which many have instead of OpenSSH. Neither has a dynamic `-R`. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ann, type Harbour, type KeyFile, openHarbour, until } from './support/dock.ts'
import { dbclient, plink, start, startAtTerminal } from './support/other-clients.ts'

const HOST = '127.0.0.1'
const ANN_URL = `http://localhost:7800/${ann.tunnelName}/mcp`

let harbour: Harbour
let key: KeyFile
const servers: Server[] = []

beforeEach(async () => {
  harbour = await openHarbour({ recheckMs: 50, maxRecheckMs: 50 })
  key = harbour.newKey()
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await harbour[Symbol.asyncDispose]()
})

const bind = (): void => void harbour.admission.bound.set(key.fingerprint, ann)
async function serve(answer: RequestListener = (_question, response) => response.end('ok')): Promise<number> {
  const server = createServer(answer).listen(0, HOST)
  servers.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
async function call(socketPath: string, body?: Buffer): Promise<Buffer> {
  const sent = request({ socketPath, path: '/', method: body === undefined ? 'GET' : 'POST' }).end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return Buffer.concat(await response.toArray())
}

/** With the reason where it is left out. */
const titled = [plink, dbclient].map((client) => ({
  title: client.missing === undefined ? client.name : `${client.name}, left out because ${client.missing}`,
  client,
}))
describe.each(titled)('$title', ({ client }) => {
  test.skipIf(client.missing !== undefined)('gets its tunnel with a bound key, and says where it is', async () => {
    bind()

    const run = start(client, harbour, key, '-T', '-R', `8080:localhost:${await serve()}`, HOST)

    await run.prints(`${ANN_URL} -> the target of your -R`)
    expect(await harbour.board.served()).toMatchObject({ mode: 'static', target: 'localhost:8080', health: 'ok' })
    expect(harbour.admission.tickets).toEqual([])
  })

  test.skipIf(client.missing !== undefined).each(['rsa', 'ecdsa'])('understands a bound %s key', async (type) => {
    key = harbour.newKey(type)
    bind()

    const run = start(client, harbour, key, '-T', '-R', '8080:localhost:9', HOST)

    expect(await run.prints(ANN_URL)).toBe(true)
    expect(harbour.admission.tickets).toEqual([])
  })

  test.skipIf(client.missing !== undefined).each(['an unbound key', 'no key'])(
    'with %s shows the link, and goes on once somebody authorized it',
    async (what) => {
      const offered = what === 'no key' ? undefined : key
      const run = start(client, harbour, offered, '-T', '-R', `8080:localhost:${await serve()}`, HOST)
      const ticket = await until('a sign-in', () => harbour.admission.tickets[0])
      await run.prints(ticket.link)
      await run.prints('KXWD-4821')
      expect(ticket.visitor.key?.fingerprint).toBe(offered?.fingerprint)

      ticket.decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })

      expect(await run.prints(ANN_URL)).toBe(true)
    },
  )

  test.skipIf(client.missing !== undefined)('ends when its sign-in was denied', async () => {
    const run = start(client, harbour, key, '-T', '-R', '8080:localhost:9', HOST)
    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])

    ticket.decide({ kind: 'denied' })

    await run.prints(client.ending('Sign-in was denied').text)
    expect(await run.ended()).toBe(client.ending('').status)
  })

  test.skipIf(client.missing !== undefined)('serves without a session', async () => {
    bind()
    start(client, harbour, key, '-N', '-R', `notes:443:localhost:${await serve()}`, HOST)

    const connector = await harbour.board.served(`notes-${ann.tunnelName}`)

    expect((await call(connector.socketPath)).toString()).toBe('ok')
  })

  test.skipIf(client.missing !== undefined)('has the screen at a terminal, and q ends it', async () => {
    bind()
    const run = startAtTerminal(client, harbour, key, '-t', '-R', `8080:localhost:${await serve()}`, HOST)
    await run.prints('\u001b[?1049h')
    await run.prints(ANN_URL)

    run.process.stdin?.write('q')

    expect(await run.ended()).toBe(0)
    expect(run.stdout).toContain('\u001b[?1049l')
    await until('the connector to be gone', () => harbour.board.live.size === 0)
  })

  test.skipIf(client.missing !== undefined)('serves several forwards, each under its own name', async () => {
    bind()
    const [one, two] = [
      await serve((_, response) => response.end('one')),
      await serve((_, response) => response.end('two')),
    ]
    start(client, harbour, key, '-N', '-R', `8080:localhost:${one}`, '-R', `notes:443:localhost:${two}`, HOST)

    const first = await harbour.board.served()
    const second = await harbour.board.served(`notes-${ann.tunnelName}`)

    expect((await call(first.socketPath)).toString()).toBe('one')
    expect((await call(second.socketPath)).toString()).toBe('two')
  })

  // PuTTY measures its window with `winadj` requests and waits for their answers; Dropbear's windows have 24 kB.
  test.skipIf(client.missing !== undefined)('carries 20 MB down and up intact, while its session goes on', async () => {
    bind()
    const bytes = randomBytes(20 * 1024 * 1024)
    const port = await serve((question, response) => {
      if (question.method === 'GET') response.end(bytes)
      else void question.toArray().then((chunks) => response.end(Buffer.concat(chunks)))
    })
    const run = start(client, harbour, key, '-T', '-R', `8080:localhost:${port}`, HOST)
    const { socketPath } = await harbour.board.served()

    expect((await call(socketPath)).equals(bytes)).toBe(true)
    expect((await call(socketPath, bytes)).equals(bytes)).toBe(true)

    expect(run.process.exitCode).toBeNull()
  })

  test.skipIf(client.missing !== undefined)('says so when nothing listens behind its forward', async () => {
    await harbour[Symbol.asyncDispose]()
    harbour = await openHarbour({ healthMs: 100 })
    key = harbour.newKey()
    bind()

    const run = start(client, harbour, key, '-T', '-R', '8080:localhost:9', HOST)

    expect(await run.prints(client.whenNothingListens)).toBe(true)
  })

  test.skipIf(client.missing !== undefined)('understands the words after the host', async () => {
    bind()

    const run = start(client, harbour, key, '-T', '-R', '8080:localhost:9', HOST, 'prot=3000')

    await run.prints('Cannot use "prot=3000"')
    expect(await run.ended()).toBe(2)
  })

  test.skipIf(client.missing !== undefined)(
    'is down at once when it is killed, and ends when the dock stops',
    async () => {
      bind()
      const first = start(client, harbour, key, '-N', '-R', '8080:localhost:9', HOST)
      await harbour.board.served()
      first.process.kill('SIGKILL')
      await until('the connector to be down', () => harbour.board.live.size === 0)
      const second = start(client, harbour, key, '-N', '-R', '8080:localhost:9', HOST)
      await harbour.board.served()

      await harbour.dock[Symbol.asyncDispose]()

      const { text, status } = client.ending('Sallyport is stopping')
      expect(await second.ended()).toBe(status)
      await second.prints(text)
    },
  )
})
