/** Every method of both eras has a place in the policy, also those that name what they act on further down. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const TAKES_TASKS = { [CAPABILITIES]: { extensions: { 'io.modelcontextprotocol/tasks': {} } } }

let gateway: TestGateway
let upstream: RecordingUpstream
const people: Record<'ann' | 'bob', ScriptedBrowser> = {
  ann: new ScriptedBrowser({ stopAt: [REDIRECT] }),
  bob: new ScriptedBrowser({ stopAt: [REDIRECT] }),
}
let taskId: string

beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    const { id, method, params } = JSON.parse(body) as { id: unknown; method: string; params: Record<string, unknown> }
    const task = { taskId, status: 'working', ttl: 60_000 }
    const result =
      method === 'tasks/list'
        ? { tasks: [task, { ...task, taskId: 'somebody-else' }] }
        : method === 'resources/templates/list'
          ? {
              resourceTemplates: ['docs:///{name}', 'mail:///{box}/{id}', '{+any}'].map((uriTemplate) => ({
                uriTemplate,
                name: 'n',
              })),
            }
          : params['task'] === undefined
            ? { resultType: 'task', ...task }
            : { task }
    if (method === 'initialize') response.setHeader('mcp-session-id', 'upstream-session')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  const to = `to: http://127.0.0.1:${upstream.port}`
  gateway = await startGateway({
    config: `
routes:
  - { from: http://localhost:PORT/tasks, ${to}, policy: [{ allow: { and: [{ authenticated_user: true }] } }] }
  - from: http://localhost:PORT/docs
    ${to}
    policy: [{ allow: { and: [{ authenticated_user: true }, { mcp_resource: "docs:///**" }] } }, { allow: { and: [{ authenticated_user: true }, { mcp_prompt: greet }] } }]
  - { from: http://localhost:PORT/tools, ${to}, policy: [{ allow: { and: [{ authenticated_user: true }, { mcp_tool: read }] } }] }
`,
  })
  await signUp(gateway.url, people.ann, 'ann@example.com')
  await signUp(gateway.url, people.bob, 'bob@example.com')
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => void upstream.seen.splice(0))

const bearers = new Map<string, string>()
async function send(
  who: keyof typeof people,
  route: string,
  message: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const url = `${gateway.url}/${route}/mcp`
  const key = `${who} ${route}`
  const token = bearers.get(key) ?? (await obtainTokens(gateway.url, people[who], url)).access_token
  bearers.set(key, token)
  return post(url, JSON.stringify({ jsonrpc: '2.0', ...message }), { authorization: `Bearer ${token}`, ...headers })
}

type Answer = { result?: Record<string, unknown>; error?: { code: number; message: string } }

const call = async (
  ...[who, route, method, params = {}]: [keyof typeof people, string, string, object?]
): Promise<Answer> => (await (await send(who, route, { id: 1, method, params })).json()) as Answer

// Bob learns the id of a task that Ann has made (from a log, a link, a guess), and asks for what it found out.
test.each([
  ['asked for', { name: 'slow', task: { ttl: 60_000 } }],
  ['made by the server’s choice', { name: 'slow', _meta: TAKES_TASKS }],
])('a task that was %s is its maker’s alone, also after a restart', async (_what, params) => {
  taskId = `task-${Math.random()}`
  await call('ann', 'tasks', 'tools/call', params)

  for (const method of ['tasks/get', 'tasks/result', 'tasks/update', 'tasks/cancel']) {
    expect(await call('ann', 'tasks', method, { taskId })).not.toHaveProperty('error')
    expect(await call('bob', 'tasks', method, { taskId })).toMatchObject({ error: { code: -32602 } })
  }
  expect(await call('bob', 'tasks', 'tasks/get', { taskId: 'never-made' })).toMatchObject({ error: { code: -32602 } })
  expect((await call('ann', 'tasks', 'tasks/list')).result?.['tasks']).toMatchObject([{ taskId }])
  expect((await call('bob', 'tasks', 'tasks/list')).result?.['tasks']).toEqual([])
  await gateway.restart()
  expect(await call('bob', 'tasks', 'tasks/get', { taskId })).toMatchObject({ error: { code: -32602 } })
  expect(await call('ann', 'tasks', 'tasks/get', { taskId })).not.toHaveProperty('error')
})

test('a session whose client takes tasks owns those of all its calls', async () => {
  taskId = 'task-of-a-session'
  const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
  const opened = await send('ann', 'tasks', { id: 1, method: 'initialize', params: { capabilities } })
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  await send('ann', 'tasks', { id: 2, method: 'tools/call', params: { name: 'slow' } }, session)

  expect(await call('ann', 'tasks', 'tasks/get', { taskId })).not.toHaveProperty('error')
  expect(await call('bob', 'tasks', 'tasks/get', { taskId })).toHaveProperty('error')
})

test.each([
  ['a completion for a prompt', 'completion/complete', { ref: { type: 'ref/prompt', name: 'greet' } }, true],
  ['one for another prompt', 'completion/complete', { ref: { type: 'ref/prompt', name: 'other' } }, false],
  ['one for a template within', 'completion/complete', { ref: { type: 'ref/resource', uri: 'docs:///{name}' } }, true],
  [
    'one for a template elsewhere',
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'mail:///{box}' } },
    false,
  ],
  ['one for nothing', 'completion/complete', {}, false],
  ['one of two minds', 'completion/complete', { ref: { type: 'ref/prompt', name: 'greet', NAME: 'other' } }, false],
  ['a subscription within', 'subscriptions/listen', { notifications: { resourceSubscriptions: ['docs:///a'] } }, true],
  [
    'one of which a part is elsewhere',
    'subscriptions/listen',
    { notifications: { resourceSubscriptions: ['docs:///a', 'mail:///a'] } },
    false,
  ],
  [
    'one that dots lead out',
    'subscriptions/listen',
    { notifications: { resourceSubscriptions: ['docs:///a/%2e%2e/%2e%2e/x', 'mail:///x'] } },
    false,
  ],
  ['one to lists alone', 'subscriptions/listen', { notifications: { toolsListChanged: true } }, true],
  ['one in another case', 'subscriptions/listen', { notifications: { ResourceSubscriptions: ['mail:///a'] } }, false],
])('%s is judged by what it names', async (_what, method, params, allowed) => {
  const answer = await call('ann', 'docs', method, { argument: { name: 'n', value: '' }, ...params })

  expect('result' in answer).toBe(allowed)
  expect(upstream.seen).toHaveLength(allowed ? 1 : 0)
})

test('a list of templates shows those through which something could be read', async () => {
  const { result } = await call('ann', 'docs', 'resources/templates/list')

  expect(result?.['resourceTemplates']).toMatchObject([{ uriTemplate: 'docs:///{name}' }, { uriTemplate: '{+any}' }])
})

// A server with a method of its own (`tools/execute`) would run a tool under a rule that only knows tools/call.
test('a method that is not known here may act on anything: a rule about tools does not let it pass', async () => {
  expect(await call('ann', 'tools', 'tools/execute', { name: 'drop' })).toMatchObject({ error: { code: -32060 } })
  expect(await call('ann', 'tools', 'tools/call', { name: 'read' })).toHaveProperty('result')
  expect(await call('ann', 'tasks', 'tools/execute', { name: 'drop' })).toHaveProperty('result')
})

// Ann's server asks her for a password (elicitation) under the id 1. Bob posts an answer to 1 that no session says is his.
test('an answer to a server’s question needs the session in which it was asked', async () => {
  const message = { id: 1, result: { action: 'accept', content: { password: 'x' } } }

  const without = await send('bob', 'tasks', message)
  const opened = await send('ann', 'tasks', { id: 1, method: 'initialize', params: {} })
  const stolen = await send('bob', 'tasks', message, { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' })

  expect(without.status).toBe(400)
  expect(stolen.status).toBe(404)
  expect(upstream.seen.filter(({ body }) => body.includes('password'))).toEqual([])
})
