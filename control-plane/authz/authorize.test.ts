import { expect, test } from 'vitest'

import type { Limits } from '../limits/limit.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { ownedTask } from '../tasks/task-owners.ts'
import { authorize } from './authorize.ts'
import type { Verdict } from './verdict.ts'
import {
  ANN,
  EVERYBODY,
  ISSUER,
  NOW_MS,
  STRANGER,
  bearer,
  judge,
  refused,
  requestOf,
  rpc,
  token,
  toolCall,
  verdictOf,
  worldOf,
  type RequestChanges,
  type WorldChanges,
} from './world.fixture.ts'

test('a call with a good token goes to the tunnel, and its record says who called what', () => {
  const { verdict, event, readableBy } = judge({ body: toolCall('read') })

  expect(verdict).toMatchObject({
    kind: 'allow',
    cluster: 'connector/con_1',
    rpcId: 7,
    prefix: '/team',
    inspect: false,
    hold: false,
    expiresInMs: 60_000,
    facts: undefined,
  })
  expect(event).toMatchObject({
    route: 'team',
    verdict: 'allow',
    method: 'tools/call',
    subject: 'read',
    caller: { userId: ANN.id, grantId: 'grt_1' },
    reasons: ['user-ok'],
  })
  expect(readableBy).toBeUndefined()
})

test('a copy of Standing that is stale decides nothing', () => {
  expect(() => authorize(requestOf(), worldOf(), NOW_MS + 5001)).toThrow('stale')
})

test.each([
  ['another host', { host: 'elsewhere.example' }],
  ['a route that there is not', { path: '/nobody/mcp' }],
  ['a path that could be read in two ways', { path: '/team//mcp' }],
])('at %s there is no tunnel, and nothing to record', (_, request) => {
  expect(judge(request)).toMatchObject({ verdict: refused(404), event: undefined })
})

test.each<[string, RequestChanges, object]>([
  ['a page of a foreign origin', { headers: { origin: 'https://evil.example' } }, refused(403)],
  ['a page that would embed the tunnel', { headers: { 'sec-fetch-dest': 'iframe' } }, refused(403)],
  ['a method of no use here', { method: 'PUT' }, refused(405)],
  ['OPTIONS that asks for nothing', { method: 'OPTIONS' }, refused(405)],
  [
    'a preflight',
    { method: 'OPTIONS', headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' } },
    { kind: 'preflight' },
  ],
])('%s is answered before any token is read', (_, request, verdict) => {
  const headers = { ...request.headers, authorization: 'Bearer nonsense' }

  expect(verdictOf({ ...request, headers })).toMatchObject(verdict)
})

test('a script of an allowed page may call, and read the answer', () => {
  const headers = { origin: 'https://app.example', 'sec-fetch-dest': 'empty' }

  expect(judge({ headers, body: toolCall('read') })).toMatchObject({
    verdict: { kind: 'allow' },
    readableBy: 'https://app.example',
  })
})

test('pages of this computer may call where the configuration says loopback, and only those', () => {
  const world: WorldChanges = { publication: { allowedOrigins: new Set(['loopback']) } }
  const from = (origin: string) => verdictOf({ headers: { origin }, body: toolCall('read') }, world).kind

  expect(from('http://localhost:6274')).toBe('allow')
  for (const origin of ['null', 'https://localhost', 'http://localhost.evil.example', 'http://localhost:6274/']) {
    expect(from(origin)).toBe('refuse_plain')
  }
})

test('where a tunnel has an origin of its own its pages are its own', () => {
  const addressing = { mode: 'host', publicUrl: new URL(ISSUER), tunnelDomain: 'tunnels.example' } as const
  const host = 'team.tunnels.example'
  const headers = {
    authorization: `Bearer ${token({ aud: `https://${host}/mcp` })}`,
    'sec-fetch-dest': 'document',
  }

  expect(
    verdictOf({ host, path: '/mcp', headers, body: toolCall('a') }, { publication: { addressing } }),
  ).toMatchObject({ kind: 'allow', prefix: '' })
})

test('a request without a token passes where a rule admits everybody, and is nobody’s', () => {
  const { verdict, event } = judge({ ...STRANGER, body: toolCall('read') }, worldOf({ policy: EVERYBODY }))

  expect(verdict).toMatchObject({ kind: 'allow', expiresInMs: undefined, upstreamToken: undefined })
  expect(event?.caller).toBeUndefined()
})

test('a stranger who is admitted to one tool is challenged for another', () => {
  const policy = { allow: { and: [{ mcp_tool: 'echo' }] } }

  expect(verdictOf({ ...STRANGER, body: toolCall('echo') }, { policy }).kind).toBe('allow')
  expect(verdictOf({ ...STRANGER, body: toolCall('delete') }, { policy })).toMatchObject({ kind: 'challenge' })
})

const limits = (more: Partial<Limits>): Limits => ({ rates: [], concurrents: [], maxBodyBytes: undefined, ...more })
const common = { id: 'l', per: ['user'], matchesTool: undefined, text: '1 request in 1m' } as const

test('a body over the limit is refused unread, by the smaller of the limits that count', () => {
  const world = {
    route: { limits: limits({ maxBodyBytes: 100 }) },
    publication: { limits: limits({ maxBodyBytes: 20 }) },
  }
  const { verdict, event } = judge({ body: 'x'.repeat(21) }, worldOf(world))

  expect(verdict).toMatchObject({
    kind: 'refuse',
    status: 413,
    error: { data: { code: 'body_too_large', maxBytes: 20 } },
  })
  expect(event?.reasons).toEqual(['limit', '20 bytes'])
  expect(verdictOf({ body: 'x'.repeat(20) }, world)).toMatchObject({ status: 400 })
})

test.each<[string, RequestChanges, object]>([
  ['a GET with a body', { method: 'GET', body: '{}' }, refused(400)],
  ['a compressed body', { headers: { 'content-encoding': 'gzip' } }, refused(415)],
  ['no type', { headers: { 'content-type': undefined } }, refused(415)],
  ['another charset', { headers: { 'content-type': 'application/json; charset=utf-16' } }, refused(415)],
  ['a batch', { body: '[]' }, { kind: 'refuse', status: 400, rpcId: undefined, error: { code: -32600 } }],
  ['no JSON', { body: '{' }, { kind: 'refuse', status: 400, error: { code: -32700 } }],
  [
    'a header of the modern era that contradicts its body',
    {
      headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' },
      body: toolCall('delete'),
    },
    { kind: 'refuse', status: 400, rpcId: 7, error: { code: -32020 } },
  ],
  [
    'such a header beside a notification, which has no id to answer to',
    {
      headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' },
      body: { method: 'notifications/cancelled' },
    },
    { kind: 'refuse', status: 400, rpcId: undefined, error: { code: -32020 } },
  ],
  ['an answer to a server without its session', { body: { id: 1, result: {} } }, refused(400)],
])('%s is refused: it could be read in two ways', (_, request, verdict) => {
  const judged = judge(request)

  expect(judged.verdict).toMatchObject(verdict)
  expect(judged.event?.verdict).toBe('refuse')
})

test.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8" '])(
  'the type %s is read',
  (type) => {
    expect(verdictOf({ headers: { 'content-type': type }, body: toolCall('read') }).kind).toBe('allow')
  },
)

test('a denial tells the caller no more than the request id', () => {
  const policy = { allow: { and: [{ mcp_tool: 'read' }] } }
  const { verdict, event } = judge({ body: toolCall('drop') }, worldOf({ policy }))

  expect(verdict).toEqual({
    kind: 'refuse',
    status: 200,
    rpcId: 7,
    error: { code: -32060, message: 'Access denied', data: { code: 'access_denied', requestId: 'req-1' } },
  })
  expect(event?.reasons).toContain('mcp-tool-no-match')
})

test('what carries no request is denied in words', () => {
  const policy = { allow: { and: [{ user: 'usr_bob' }] } }

  expect(verdictOf({ method: 'GET' }, { policy })).toMatchObject(refused(403))
  expect(verdictOf({ body: { method: 'notifications/initialized' } }, { policy })).toMatchObject(refused(403))
})

test('a scope that is missing is asked for, together with what the client has', () => {
  const policy = { allow: { and: [{ authenticated_user: true }, { oauth_scope: 'tools:write' }] } }

  expect(verdictOf({ body: toolCall('write') }, { policy })).toMatchObject({
    kind: 'challenge',
    challenge: { error: 'insufficient_scope', scope: 'mcp tools:write' },
  })
  expect(verdictOf({ ...bearer({ scope: 'mcp tools:write' }) }, { policy }).kind).toBe('allow')
})

test('a message about several things needs permission for each of them', () => {
  const policy = { allow: { and: [{ mcp_resource: 'file:///srv/**' }] } }
  const listen = (...uris: string[]) =>
    verdictOf({ body: rpc('subscriptions/listen', { notifications: { resourceSubscriptions: uris } }) }, { policy })
      .kind

  expect(listen('file:///srv/a', 'file:///srv/b')).toBe('allow')
  expect(listen('file:///srv/a', 'file:///etc/passwd')).toBe('refuse')
  expect(verdictOf({ body: rpc('subscriptions/listen') }, { policy }).kind).toBe('allow')
  expect(verdictOf({ body: rpc('subscriptions/listen', { notifications: {} }) }, { policy }).kind).toBe('allow')
})

test.each<[string, object, boolean]>([
  ['resources/read', { uri: 'file:///srv/a' }, true],
  ['resources/read', { uri: 'file:///etc/a' }, false],
  ['prompts/get', { name: 'plan', arguments: { topic: 'a' } }, true],
  ['prompts/get', { name: 'other' }, false],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'plan' } }, true],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'other' } }, false],
  ['completion/complete', { ref: { type: 'ref/resource', uri: 'file:///srv/a' } }, true],
  ['completion/complete', { ref: { type: 'ref/resource', uri: 'file:///etc/{name}' } }, false],
  ['completion/complete', { ref: { type: 'ref/resource', uri: 'file:///srv/{name}' } }, true],
  ['prompts/list', {}, true],
])('%s %o is judged by what it names', (method, params, isAllowed) => {
  const policy = { allow: { or: [{ mcp_resource: 'file:///srv/**' }, { mcp_prompt: 'plan' }] } }

  expect(verdictOf({ body: rpc(method, params) }, { policy }).kind).toBe(isAllowed ? 'allow' : 'refuse')
})

test('a tool’s hints are those of the catalogue, whatever the request says', () => {
  const world = worldOf({ policy: { allow: { and: [{ 'tool_annotation/readOnlyHint': true }] } } })
  const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: false, openWorldHint: false }
  const pinned = { route: 'team', name: 'read', seenHash: 'h', approvedHash: 'h', hints }
  world.catalogue.apply(pinned)
  const annotations = { readOnlyHint: true }

  expect(judge({ body: toolCall('read') }, world).verdict.kind).toBe('allow')
  expect(judge({ body: toolCall('write', { annotations }) }, world).verdict.kind).toBe('refuse')
})

test('a tool that its owner has not approved is refused like any other', () => {
  const rules = { ...NO_RULES, tools: { changes: 'block', unknown: 'allow' } } as const
  const { verdict, event } = judge({ body: toolCall('new') }, worldOf({ route: { rules } }))

  expect(verdict).toMatchObject({ kind: 'refuse', error: { message: 'Access denied' } })
  expect(event?.reasons).toEqual(['tool-unknown'])
})

test('a task is there for whom it was made, and for nobody else', () => {
  const world = worldOf({ policy: EVERYBODY })
  const get = (request: RequestChanges = {}): Verdict =>
    judge({ ...request, body: rpc('tasks/get', { taskId: 't1' }) }, world).verdict

  expect(get().kind).toBe('allow')
  world.tasks.apply(
    ownedTask({ route: 'team', userId: ANN.id, clientId: 'cli_1' }, { taskId: 't1', ttlMs: 1000 }, NOW_MS),
    NOW_MS,
  )
  expect(get().kind).toBe('allow')
  expect(get(STRANGER)).toMatchObject({ kind: 'refuse', outcome: 'not_found', error: { message: 'Task not found' } })
  expect(judge({ ...STRANGER, body: rpc('tasks/list') }, world).verdict.kind).toBe('allow')
  expect(judge({ ...STRANGER, body: rpc('tasks/get', { taskId: 't1' }) }, world).event?.reasons).toEqual([
    'task-not-theirs',
  ])
})

test('calls count, and who comes too often is told when to come back', () => {
  const world = worldOf({ route: { limits: limits({ rates: [{ ...common, requests: 1, windowMs: 60_000 }] }) } })
  const call = () => judge({ body: toolCall('read') }, world)

  expect(judge({ body: { method: 'notifications/initialized' } }, world).verdict.kind).toBe('allow')
  expect(call().verdict.kind).toBe('allow')
  expect(call()).toMatchObject({
    verdict: { kind: 'refuse', status: 200, rpcId: 7, retryAfterMs: 60_000, error: { data: { code: 'rate_limited' } } },
    event: { reasons: ['limit', '1 request in 1m'] },
  })
})

test('a call that has nowhere to go does not count', () => {
  const rates = [{ ...common, requests: 1, windowMs: 60_000 }]
  const world = worldOf({ route: { limits: limits({ rates }) }, connectors: [] })
  const call = () => judge({ body: toolCall('read') }, world).verdict

  expect(call()).toMatchObject({ outcome: 'offline' })
  expect(call()).toMatchObject({ outcome: 'offline' })
})

test('a call that holds a slot is seen to its end', () => {
  const world = worldOf({ route: { limits: limits({ concurrents: [{ ...common, concurrent: 1 }] }) } })

  expect(judge({ body: toolCall('read') }, world).verdict).toMatchObject({ holdsSlot: true, inspect: true })
  const other = authorize({ ...requestOf({ body: toolCall('read') }), id: 'req-2' }, world, NOW_MS)
  expect(other.verdict).toMatchObject({ error: { data: { code: 'too_many_at_once' } } })
})

test('a limit is not used up by a call that could not be judged to its end', () => {
  const rates = [{ ...common, requests: 1, windowMs: 60_000 }]
  const oauth = { url: 'https://up.example/mcp', scopes: undefined, issuer: undefined, client: undefined }
  const side = { passIdentity: false, headers: [], oauth }
  const world = worldOf({ route: { limits: limits({ rates }), side } })
  const call = () => judge({ body: toolCall('read') }, world)

  expect(call).toThrow('stale')
  world.upstreamTokens.apply({ sequence: 1, change: { kind: 'heartbeat' } }, NOW_MS)
  expect(call().verdict).toMatchObject({ error: { data: { code: 'upstream_sign_in_required' } } })
})

test('a name or a path that nobody reads to its end is cut in the record', () => {
  const long = 'x'.repeat(2000)
  const path = `/team/${long}`
  const headers = { authorization: `Bearer ${token({ aud: `${ISSUER}${path}` })}` }
  const { event } = judge({ path, headers, body: toolCall(long) })

  expect(event?.subject).toBe(`${'x'.repeat(1024)}…`)
  expect(event?.path).toHaveLength(1024)
})
