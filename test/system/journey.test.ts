import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { authorizeSsh, signUp } from './support/people.ts'
import { makeSshKey, startSsh, type SshClient } from './support/ssh.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
const clients: SshClient[] = []

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
})

afterAll(async () => {
  for (const client of clients) await client.kill()
  await upstream?.[Symbol.asyncDispose]()
  await gateway?.[Symbol.asyncDispose]()
})

test('Ann opens a tunnel with a new key, signs a client in, and calls a tool', async () => {
  const key = makeSshKey()
  await signUp(gateway.url, browser, 'ann@example.com')
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key })
  clients.push(ssh)
  const link = await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/)
  const page = await authorizeSsh(browser, link)
  expect(page.html).toContain('Authorized')
  const url = await ssh.see(/(http:\/\/localhost:\d+\/[a-z]+-[a-z]+-\d{4}\/mcp)/)

  const { access_token: token } = await obtainTokens(gateway.url, browser, url)
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'echo', arguments: {} } })
  const response = await post(url, body, { authorization: `Bearer ${token}` })

  expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 7, result: { method: 'POST' } })
  expect(upstream.seen.at(-1)?.body).toBe(body)
})
