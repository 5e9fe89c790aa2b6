import { expect, test } from 'vitest'

import type { Verdict } from './verdict.ts'
import {
  ANN,
  EVERYBODY,
  ISSUER,
  NOW_MS,
  STRANGER,
  inSession,
  judge,
  refused,
  rpc,
  sealed,
  token,
  toolCall,
  verdictOf,
  worldOf,
  type RequestChanges,
  type WorldChanges,
} from './world.fixture.ts'

test('a session goes on at its own connector, under the server’s own id', () => {
  const connectors = [{ id: 'con_1' }, { id: 'con_2' }]

  expect(verdictOf({ body: toolCall('read') }, { connectors })).toMatchObject({ cluster: 'tunnel/team' })
  expect(verdictOf(inSession(sealed('con_1')), { connectors })).toMatchObject({
    cluster: 'connector/con_1',
    session: { upstreamId: 'up-1', sealedId: sealed('con_1') },
  })
  expect(verdictOf(inSession(sealed('con_1'), { body: { id: 1, result: {} } }))).toMatchObject({ kind: 'allow' })
})

test.each([
  ['forged', 'AAAA'],
  ['of another person', sealed('con_1', false, 'usr_eve')],
  ['of nobody', sealed('con_1', false, '')],
  ['of a connector that has given way', sealed('con_0')],
])('a session that is %s is not found', (_, id) => {
  expect(verdictOf(inSession(id))).toMatchObject({ kind: 'refuse', status: 404, outcome: 'not_found', rpcId: 7 })
  expect(verdictOf(inSession(id, { method: 'GET', body: '' }))).toMatchObject(refused(404))
})

test('the modern era has no sessions: an id beside its message goes nowhere', () => {
  const headers = { 'mcp-protocol-version': '2026-07-28' }
  const { verdict, evidence } = judge(inSession('AAAA', { headers }))

  expect(verdict).toMatchObject({ kind: 'allow', session: undefined, removeHeaders: ['mcp-session-id'] })
  expect(evidence?.sealedSession).toBeUndefined()
})

test('routing headers of the modern era do not travel beside a legacy message', () => {
  const headers = { 'mcp-method': 'tools/list', 'mcp-name': 'x', 'mcp-param-a': '1', accept: '*/*' }

  expect(verdictOf({ headers, body: toolCall('read') })).toMatchObject({
    removeHeaders: ['mcp-method', 'mcp-name', 'mcp-param-a'],
  })
})

test('a handshake is sealed to whom it belongs; in the modern era there is none', () => {
  const extensions = { 'io.modelcontextprotocol/tasks': {} }
  const body = rpc('initialize', { capabilities: { extensions } })

  expect(verdictOf({ body })).toMatchObject({
    seal: { userId: ANN.id, clientId: 'cli_1', route: 'team', connectorId: 'con_1', mayMakeTasks: true },
  })
  expect(verdictOf({ body, headers: { 'mcp-protocol-version': '2026-07-28' } })).toMatchObject({ seal: undefined })
  expect(verdictOf({ ...STRANGER, body }, { policy: EVERYBODY })).toMatchObject({ seal: { userId: '', clientId: '' } })
})

test('a tunnel that is closed says since when, to programs and to people', () => {
  const closed = worldOf({ connectors: [] })
  const known = worldOf()
  known.presence.apply({ kind: 'down', connectorId: 'con_1', socketPath: '/run/1', atMs: 0 })

  expect(judge({ body: toolCall('a') }, closed).verdict).toMatchObject({
    status: 200,
    error: { code: -32061, message: 'Tunnel offline: "team" is not connected right now' },
  })
  expect(judge({ method: 'GET' }, known)).toMatchObject({
    verdict: {
      status: 503,
      message: 'Tunnel offline since 1970-01-01T00:00:00.000Z: "team" is not connected right now',
    },
    event: { verdict: 'offline' },
  })
})

test('a target that refused a moment ago is named, and tried again after a second', () => {
  const refusedAt = (sinceMs: number): Verdict =>
    verdictOf({ body: toolCall('a') }, { connectors: [{ health: 'refused', sinceMs }] })

  expect(refusedAt(NOW_MS - 999)).toMatchObject({ error: { data: { code: 'target_refused' } } })
  expect(refusedAt(NOW_MS - 1000)).toMatchObject({ kind: 'allow' })
})

test('a server at a fixed address is always there', () => {
  const upstream = { kind: 'fixed', url: new URL('https://up.example') } as const

  expect(verdictOf({ body: rpc('initialize') }, { route: { upstream }, connectors: [] })).toMatchObject({
    kind: 'allow',
    seal: { connectorId: 'route/team' },
  })
})

test('a personal tunnel is its owner’s', () => {
  const path = '/calm-otter-4821/mcp'
  const connectors = [{ route: 'calm-otter-4821' }]
  const headers = { authorization: `Bearer ${token({ aud: `${ISSUER}${path}` })}` }

  expect(verdictOf({ path, headers, body: toolCall('a') }, { connectors }).kind).toBe('allow')
  expect(verdictOf({ path, ...STRANGER }, { connectors }).kind).toBe('challenge')
})

test('an upstream learns who calls where the route says so, and of nobody nothing', () => {
  const key = { name: 'x-key', value: { reveal: () => 'k' } } as never
  const names = (request: RequestChanges, world: WorldChanges): readonly string[] => {
    const verdict = verdictOf({ body: toolCall('read'), ...request }, world)
    return verdict.kind === 'allow' ? verdict.upstreamHeaders.map(({ name }) => name) : [verdict.kind]
  }
  const side = { passIdentity: true, headers: [key] }
  const hostMode = { mode: 'host', publicUrl: new URL(ISSUER), tunnelDomain: 'tunnels.example' } as const
  const inHostMode = {
    host: 'team.tunnels.example',
    path: '/mcp',
    headers: { authorization: `Bearer ${token({ aud: 'https://team.tunnels.example/mcp' })}` },
  }

  expect(names({}, {})).toEqual([])
  expect(names({}, { route: { side: { ...side, passIdentity: false } } })).toEqual(['x-key'])
  expect(names({}, { route: { side } })).toEqual(['x-key', 'x-sallyport-assertion', 'x-pomerium-jwt-assertion'])
  expect(names(inHostMode, { route: { side }, publication: { addressing: hostMode } })).toHaveLength(3)
  expect(names(STRANGER, { route: { side }, policy: EVERYBODY })).toEqual(['x-key'])
})

test('a server with OAuth of its own gets the caller’s own token for it, and nobody’s call', () => {
  const oauth = { url: 'https://up.example/mcp', scopes: undefined, issuer: undefined, client: undefined }
  const changes = { policy: EVERYBODY, route: { side: { passIdentity: false, headers: [], oauth } } }
  const world = worldOf(changes)
  const entry = { generation: 'g1', accessToken: { reveal: () => 'up-token' } as never, expiresAtMs: undefined }
  world.upstreamTokens.apply(
    { sequence: 1, change: { kind: 'put', key: { userId: ANN.id, route: 'team' }, entry } },
    NOW_MS,
  )
  const { verdict } = judge({ body: toolCall('read') }, world)

  expect(verdict).toMatchObject({ kind: 'allow', upstreamToken: { userId: ANN.id, generation: 'g1' } })
  expect(verdict.kind === 'allow' && verdict.upstreamHeaders[0]?.value.reveal()).toBe('Bearer up-token')
  expect(judge({ ...STRANGER, body: toolCall('read') }, world).verdict).toMatchObject({ kind: 'challenge' })
  expect(
    judge(
      {
        path: '/team/admin',
        headers: { authorization: `Bearer ${token({ aud: `${ISSUER}/team/admin` })}` },
        body: toolCall('read'),
      },
      world,
    ).verdict,
  ).toMatchObject(refused(404))
})
