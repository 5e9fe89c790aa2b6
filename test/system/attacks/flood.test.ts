/**
 * Mallory may not call the victim's tools, but her refused calls are logged and shown in the victim's terminal. She
 * gives them names of megabytes, so that a few hundred of them fill disk and memory.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post } from '../support/oauth.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let victim: OpenTunnel
let mallory: OpenTunnel

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  victim = await openTunnel(gateway, { email: 'victim@example.com', port: upstream.port })
  mallory = await openTunnel(gateway, { email: 'mallory@example.com', port: upstream.port })
})

afterAll(async () => {
  for (const open of [victim, mallory, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

test.each([
  ['tool', (long: string) => ({ method: 'tools/call', params: { name: long } })],
  ['method', (long: string) => ({ method: long })],
])('a %s with a name of a megabyte leaves a line in log and terminal, not a megabyte', async (what, message) => {
  const { access_token: token } = await obtainTokens(gateway.url, mallory.browser, victim.url)
  const logged = gateway.output().length
  const shown = victim.ssh.text().length
  const name = `${what}-${'x'.repeat(1024 * 1024)}`

  const response = await post(victim.url, JSON.stringify({ jsonrpc: '2.0', id: 1, ...message(name) }), {
    authorization: `Bearer ${token}`,
  })

  expect(await response.json()).toMatchObject({ error: { code: -32060 } })
  await until('the victim to see it', () => victim.ssh.text().slice(shown).includes(`${what}-xxx`))
  expect(gateway.output().length - logged).toBeLessThan(20_000)
  expect(victim.ssh.text().length - shown).toBeLessThan(20_000)
})
