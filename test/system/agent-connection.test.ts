import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { nowMs } from '../../tunnel-agent/clock.ts'
import { Connection } from '../../tunnel-agent/connection.ts'
import type { GatewayWord } from '../../tunnel-agent/gateway-lines.ts'
import { newHome, startAgent } from './support/agent.ts'
import { startCuttable } from './support/cut.ts'
import { ann, openHarbour, type Harbour } from './support/dock.ts'
import type { SshClient } from './support/ssh.ts'
import { until } from './support/until.ts'

let harbour: Harbour
const agents: SshClient[] = []

beforeAll(async () => {
  harbour = await openHarbour()
})

afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.kill('SIGKILL')
})

afterAll(() => harbour?.[Symbol.asyncDispose]())

const host = (): string => `127.0.0.1:${harbour.dock.address.port}`

function boundKey() {
  const key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
  return key
}

async function serve(port: number, bindAddress: string) {
  const key = boundKey()
  const words: GatewayWord[] = []
  let serving = false
  const socket = connect({ host: '127.0.0.1', port })
  await new Promise((resolve) => socket.once('connect', resolve))
  const connection = new Connection({
    socket,
    number: 0,
    username: 'ann',
    identities: [{ kind: 'key', path: key.path, privateKey: readFileSync(key.path) }],
    interactive: false,
    forwards: [{ bindAddress, bindPort: 1, target: 'localhost:1', receive: (_accept, reject) => reject() }],
    hostKeyType: undefined,
    judgeHostKey: () => undefined,
    heard: {
      proven: () => {},
      prompt: () => {},
      banner: () => {},
      word: (word) => words.push(word),
      serving: () => (serving = true),
    },
    nowMs,
  })
  await until('the forward to be accepted', () => serving)
  return { connection, words }
}

test('after a sleep, a connection that still answers is kept, and one that does not is given up', async () => {
  await using alive = await startCuttable(harbour.dock.address.port)
  await using dead = await startCuttable(harbour.dock.address.port)
  const [kept, lost] = [await serve(alive.port, 'alive'), await serve(dead.port, 'dead')]
  dead.stall()

  kept.connection.probe()
  lost.connection.probe()

  expect(await lost.connection.ended).toMatchObject({ kind: 'lost', reason: expect.stringContaining('sleep') })
  expect(kept.connection.isServing).toBe(true)
  kept.connection.stop()
  expect(await kept.connection.ended).toEqual({ kind: 'stopped' })
})

test('the address is told, and why the connection ends', async () => {
  const { connection, words } = await serve(harbour.dock.address.port, 'localhost')
  const url = await until('the address', () => words.find(({ kind }) => kind === 'url'))

  harbour.admission.revokeAll('Your key was removed')

  expect(url).toEqual({ kind: 'url', url: `http://localhost:7800/${ann.tunnelName}/mcp` })
  expect(await connection.ended).toMatchObject({ kind: 'lost', reason: 'Your key was removed' })
})

test('a named key signs in', async () => {
  const agent = startAgent(newHome(), ['--host', host(), '-i', boundKey().path])
  agents.push(agent)

  expect(await agent.see(/(calm-otter-4821\/mcp) -> localhost:8080/)).toBe('calm-otter-4821/mcp')
})

test('the keys of ssh-agent sign in, and no other is made', async () => {
  const home = newHome()
  const socket = join(home, 'agent.sock')
  const keeper = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  try {
    await until('ssh-agent to listen', () => existsSync(socket))
    const env = { ...process.env, SSH_AUTH_SOCK: socket }
    for (const key of [harbour.newKey(), boundKey()])
      execFileSync('ssh-add', ['-q', key.path], { env, stdio: 'ignore' })

    const agent = startAgent(home, ['--host', host()], { SSH_AUTH_SOCK: socket })
    agents.push(agent)

    await agent.see(/calm-otter-4821\/mcp -> localhost:8080/)
    expect(existsSync(join(home, 'state/sallyport-connect/id_ed25519'))).toBe(false)
  } finally {
    keeper.kill()
  }
})
