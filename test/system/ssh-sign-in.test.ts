/** Ways in that people's machines have besides a plain key: agents, certificates, services; and ends that nobody asked for. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ann, type Harbour, type KeyFile, openHarbour, until } from './support/dock.ts'

const HOST = '127.0.0.1'

let harbour: Harbour
let key: KeyFile
const cleanups: (() => void)[] = []

beforeEach(async () => {
  harbour = await openHarbour({ recheckMs: 50, maxRecheckMs: 50 })
  key = harbour.newKey()
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup()
  await harbour[Symbol.asyncDispose]()
})

const bind = (bound: KeyFile): void => void harbour.admission.bound.set(bound.fingerprint, ann)

/** The socket of a real ssh-agent that holds these keys in this order. */
function agentWith(keys: readonly KeyFile[]): string {
  const path = join(harbour.socketFolder, 'agent')
  const printed = execFileSync('ssh-agent', ['-s', '-a', path]).toString()
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(printed)?.[1])
  cleanups.push(() => process.kill(pid))
  for (const { path: file } of keys)
    execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: path } })
  return path
}

describe('an agent with six keys', () => {
  // The first value of an option counts, so these stand before what the harbour says.
  const withAgent = (path: string): readonly string[] => ['-o', `IdentityAgent=${path}`, '-o', 'IdentityFile=none']
  const six = (): readonly KeyFile[] => Array.from({ length: 6 }, () => harbour.newKey())

  test('gets in by the last of them, without a question', async () => {
    const keys = six()
    bind(keys[5] as KeyFile)

    const run = harbour.sshWith(withAgent(agentWith(keys)), '-T', '-R', '0', HOST)

    await run.prints('Signed in as ann@example.com')
    expect(harbour.admission.tickets).toEqual([])
  })

  test('gets a link for the first one where none is known', async () => {
    const keys = six()

    const run = harbour.sshWith(withAgent(agentWith(keys)), '-T', '-R', '0', HOST)

    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])
    expect(ticket.visitor.key?.fingerprint).toBe(keys[0]?.fingerprint)
    ticket.decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })
    expect(await run.prints('/calm-otter-4821/mcp')).toBe(true)
  })
})

describe('a key with a certificate', () => {
  /** Signs the key with an authority that nobody here knows; ssh finds `KEY-cert.pub` by itself. */
  function certify(certified: KeyFile): void {
    const authority = harbour.newKey()
    const words = ['-q', '-s', authority.path, '-I', 'ann', '-n', 'ann', `${certified.path}.pub`]
    execFileSync('ssh-keygen', words, { stdio: 'ignore' })
  }

  test('gets in by the plain key', async () => {
    bind(key)
    certify(key)

    const run = harbour.ssh([key], '-v', '-T', '-R', '0', HOST)

    await run.prints('Signed in as ann@example.com')
    expect(run.stderr).toContain('ED25519-CERT')
    expect(harbour.admission.tickets).toEqual([])
  })

  test('is nobody by its certificate, and gets a link for the plain key', async () => {
    certify(key)

    const run = harbour.ssh([key], '-T', '-R', '0', HOST)

    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])
    await run.prints(ticket.link)
    expect(ticket.visitor.key).toMatchObject({ fingerprint: key.fingerprint, algorithm: 'ssh-ed25519' })
  })

  test('is refused where only the certificate is offered', async () => {
    bind(key)
    certify(key)
    const only = ['-o', 'BatchMode=yes', '-o', 'PubkeyAcceptedAlgorithms=ssh-ed25519-cert-v01@openssh.com']

    const run = harbour.ssh([key], ...only, '-N', '-R', '0', HOST)

    expect(await run.ended()).toBe(255)
    expect(harbour.board.live.size).toBe(0)
  })
})

describe('without anybody at a terminal', () => {
  test('-q with a known key serves and says nothing', async () => {
    bind(key)

    const run = harbour.ssh([key], '-q', '-N', '-R', '0', HOST)

    await harbour.board.served()
    expect(run.stdout + run.stderr).toBe('')
  })

  test('-q hides the link, and whoever leaves unseen is told the next time', async () => {
    const first = harbour.ssh([key], '-q', '-o', 'BatchMode=yes', '-N', '-R', '0', HOST)
    expect(await first.ended()).toBe(255)

    const second = harbour.ssh([key], '-o', 'BatchMode=yes', '-N', '-R', '0', HOST)

    expect(await second.prints('Sign in once without BatchMode')).toBe(true)
  })

  test('a service with no terminal and no input prints the link for its journal, and then serves', async () => {
    const run = harbour.ssh(
      [key],
      '-N',
      '-o',
      'ExitOnForwardFailure=yes',
      '-o',
      'ServerAliveInterval=1',
      '-R',
      '0',
      HOST,
    )
    run.process.stdin?.end()
    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])
    await run.prints(ticket.link)

    ticket.decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })

    expect(await harbour.board.served()).toMatchObject({ userId: ann.id })
    expect(run.process.exitCode).toBeNull()
  })

  test('-f goes to the background after the sign-in, not before', async () => {
    const run = harbour.ssh([key], '-f', '-N', '-o', 'ExitOnForwardFailure=yes', '-R', '0', HOST)
    const ticket = await until('a sign-in', () => harbour.admission.tickets[0])
    await run.prints(ticket.link)
    expect(run.process.exitCode).toBeNull()

    ticket.decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })

    expect(await run.ended()).toBe(0)
    await harbour.board.served()
    harbour.admission.revokeAll('over')
    await until('the background ssh to be gone', () => harbour.board.live.size === 0)
  })
})

describe('what ends without a word', () => {
  test('a client that was stopped is replaced by the next one, and stays out when it wakes', async () => {
    bind(key)
    const stopped = harbour.ssh([key], '-N', '-R', '0', HOST)
    const before = await harbour.board.served()
    stopped.process.kill('SIGSTOP')

    const fresh = harbour.ssh([key], '-T', '-R', '0', HOST)
    await fresh.prints('/calm-otter-4821/mcp')
    const after = await harbour.board.served()
    expect(after).toMatchObject({ id: before.id })
    expect(after.socketPath).not.toBe(before.socketPath)

    stopped.process.kill('SIGCONT')
    expect(await stopped.ended()).toBe(255)
    expect(stopped.stderr).toContain('taken over by another connection')
    expect(await harbour.board.served()).toEqual(after)
  })

  test('a local server that was killed is told, and its return too', async () => {
    bind(key)
    const open = async (at: number): Promise<Server> => {
      const server = createServer((_question, response) => response.end('ok')).listen(at, HOST)
      await once(server, 'listening')
      cleanups.push(() => server.close())
      return server
    }
    const server = await open(0)
    const { port } = server.address() as AddressInfo
    const run = harbour.ssh([key], '-T', '-R', '0', HOST, `port=${port}`)
    await run.prints('/calm-otter-4821/mcp')
    const { socketPath } = await harbour.board.served()

    server.close()
    server.closeAllConnections()
    await expect(fetchOver(socketPath)).rejects.toThrow(/socket hang up|ECONNRESET/)
    await run.prints(`Nothing listens on localhost:${port}`)
    await open(port)

    await run.prints(`localhost:${port} answers now`)
    expect(await fetchOver(socketPath)).toBe(200)
  })
})

async function fetchOver(socketPath: string): Promise<number> {
  const sent = request({ socketPath, path: '/', agent: false }).end()
  const [response] = await once(sent, 'response')
  response.resume()
  return response.statusCode
}
