/**
 * Whoever can make the inspector hang or die while an answer is on its way must not win anything by it: what was not read
 * does not pass.
 */
import type { ServerResponse } from 'node:http'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post, REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { startBesideOwnEnvoy } from '../support/own-envoy.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let url: string
let bearer: { authorization: string }
/** What the server still has to answer. */
const open: ServerResponse[] = []

const SECRET = `sk-${'a1b2'.repeat(8)}`
const event = (text: string): string =>
  `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { data: text } })}\n\n`
const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => open.push(response))
  gateway = await startGateway({
    config: `
routes:
  - from: http://localhost:PORT/team
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ authenticated_user: true }] } }]
    redact: [api_keys]
`,
  })
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
  url = `${gateway.url}/team/mcp`
  bearer = { authorization: `Bearer ${(await obtainTokens(gateway.url, browser, url)).access_token}` }
})

afterAll(async () => {
  for (const each of [upstream, gateway]) await each?.[Symbol.asyncDispose]()
})

beforeEach(() => void open.splice(0))

/** Everything that arrives until the answer ends or is cut, and its status. */
function begin(): { readonly text: () => string; readonly ended: Promise<number> } {
  let text = ''
  const read = async (): Promise<number> => {
    const response = await post(url, CALL, bearer)
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    } catch {
      // Cut off.
    }
    return response.status
  }
  return { text: () => text, ended: read() }
}

async function upstreamAnswer(): Promise<ServerResponse> {
  return until('the call to arrive', () => open[0])
}

test('an answer that the inspector does not get to read does not pass, nor later', async () => {
  const { text, ended } = begin()
  const response = await upstreamAnswer()
  process.kill(gateway.pid, 'SIGSTOP')
  try {
    response.setHeader('content-type', 'application/json')
    response.end(`{"jsonrpc":"2.0","id":1,"result":{"a":"${SECRET}"}}`)

    expect(await ended).toBeGreaterThanOrEqual(500)
  } finally {
    process.kill(gateway.pid, 'SIGCONT')
  }
  expect(text()).not.toContain(SECRET)
})

async function beganStream(): Promise<ReturnType<typeof begin> & { readonly response: ServerResponse }> {
  const begun = begin()
  const response = await upstreamAnswer()
  response.setHeader('content-type', 'text/event-stream')
  response.write(event('first'))
  await until('the first event', () => begun.text().includes('first'))
  return { ...begun, response }
}

test('a stream whose inspector hangs stands still, and nothing of it passes unread', async () => {
  const { text, ended, response } = await beganStream()
  process.kill(gateway.pid, 'SIGSTOP')
  try {
    response.write(event(`second ${SECRET}`))
    response.write(event('third'))
    const before = upstream.seen.length
    // Time enough for what would have come: another request is sent, and given up on.
    expect((await post(url, CALL, bearer)).status).toBe(503)
    expect(upstream.seen.length).toBe(before)
    expect(text()).not.toContain('second')
  } finally {
    process.kill(gateway.pid, 'SIGCONT')
  }
  response.end()
  await ended
  expect(text()).not.toContain(SECRET)
})

test('a stream whose inspector was killed ends', async () => {
  using _envoy = await startBesideOwnEnvoy(gateway)
  const { text, ended, response } = await beganStream()

  await gateway.stop('SIGKILL')
  response.write(event(`second ${SECRET}`))

  await ended
  expect(text()).toContain('first')
  expect(text()).not.toContain('second')
})
