import { expect, test } from 'vitest'

import type { Limits } from '../limits/limit.ts'
import type { Connector } from '../tunnels/connector.ts'
import { encodeVerdict } from './check-response.ts'
import { locate } from '../routes/addressing.ts'
import { judgeAsset } from './public-assets.ts'
import {
  bearer,
  CONNECTOR,
  judge,
  NOW_MS,
  refused,
  requestOf,
  rpc,
  STRANGER,
  worldOf,
  type RequestChanges,
  type WorldChanges,
} from './world.fixture.ts'

const ROUTE = 'assets-calm-otter-4821'
const PUBLIC: Partial<Connector> = { route: ROUTE, isPublic: true }
const GET: RequestChanges = { ...STRANGER, method: 'GET', path: `/${ROUTE}/widget.js` }

const ask = (request: RequestChanges = {}, { publication, ...changes }: WorldChanges = {}) =>
  judge(
    { ...GET, ...request, headers: { ...GET.headers, ...request.headers } },
    worldOf({ connectors: [PUBLIC], ...changes, publication: { publicAssets: true, ...publication } }),
  )
const verdict = (request?: RequestChanges, changes?: WorldChanges) => ask(request, changes).verdict

test.each(['GET', 'HEAD'])(
  '%s of public assets is allowed to nobody in particular, and the record says why',
  (method) => {
    expect(ask({ method })).toMatchObject({
      verdict: { kind: 'allow', cluster: 'connector/con_1', prefix: `/${ROUTE}`, expiresInMs: 300_000, inspect: false },
      event: { verdict: 'allow', caller: undefined, rule: 'public assets', httpMethod: method, reasons: [] },
    })
  },
)

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT', 'get'])('%s is refused', (method) => {
  expect(ask({ method })).toMatchObject({ verdict: refused(405), event: { rule: 'public assets' } })
})

test('the owner gets no more than everybody: MCP is not served there', () => {
  const owner = bearer({ aud: `https://gateway.example/${ROUTE}/mcp` })
  expect(verdict({ ...owner, method: 'POST', body: rpc('initialize') })).toMatchObject(refused(405))
  expect(verdict({ headers: { ...owner.headers, accept: 'application/json, Text/Event-Stream' } })).toMatchObject(
    refused(406),
  )
  expect(ask({ headers: { authorization: 'Bearer nonsense' } }).event?.verdict).toBe('allow')
})

test('a body, an upgrade and a page are refused, what pages load is not', () => {
  expect(verdict({ body: '{}' })).toMatchObject(refused(405))
  expect(verdict({ method: 'HEAD', body: ' ' })).toMatchObject(refused(405))
  expect(verdict({ headers: { upgrade: 'websocket' } })).toMatchObject(refused(405))
  const pages = [
    'document',
    'iframe',
    'frame',
    'embed',
    'object',
    'worker',
    'sharedworker',
    'serviceworker',
    'manifest',
  ]
  for (const page of [...pages, '', 'script, document', 'Script']) {
    expect([page, verdict({ headers: { 'sec-fetch-dest': page } })]).toMatchObject([page, refused(403)])
  }
  for (const part of ['script', 'style', 'image', 'font', 'empty']) {
    const headers = { 'sec-fetch-dest': part, origin: 'https://widgets.example' }
    expect([part, verdict({ headers })]).toMatchObject([part, { kind: 'allow' }])
  }
})

test('nothing that is somebody’s goes up, and every page may read what comes back', () => {
  const headers = {
    cookie: 'a=1',
    authorization: 'Bearer x',
    'mcp-session-id': 'x',
    'mcp-method': 'x',
    'last-event-id': '1',
    origin: 'null',
    accept: '*/*',
  }
  const request = requestOf({ ...GET, headers })
  const { ok_response: sent } = encodeVerdict(ask({ headers }), request, {})

  expect(sent?.headers_to_remove?.toSorted()).toEqual([
    'authorization',
    'cookie',
    'last-event-id',
    'mcp-method',
    'mcp-session-id',
    'origin',
  ])
  expect(sent?.response_headers_to_add?.map(({ header }) => [header?.key, header?.value])).toEqual([
    ['access-control-allow-origin', '*'],
    ['content-security-policy', 'sandbox'],
    ['x-content-type-options', 'nosniff'],
  ])
})

test.each<[string, WorldChanges]>([
  ['the configuration does not allow it', { publication: { publicAssets: false } }],
  ['nobody opened it', { connectors: [{ ...PUBLIC, isPublic: false }] }],
  ['one of two connectors is private', { connectors: [PUBLIC, { ...PUBLIC, id: 'con_2', isPublic: false }] }],
  ['the connection has ended', { connectors: [] }],
])('it is a tunnel like any other where %s', (_, changes) => {
  expect(verdict({}, changes).kind).toBe('challenge')
})

test('a person’s bare name and a route of the configuration are never public', () => {
  const at = (route: string) => verdict({ path: `/${route}/a` }, { connectors: [{ ...PUBLIC, route }] }).kind
  expect([at('calm-otter-4821'), at('team')]).toEqual(['challenge', 'challenge'])
})

test('only a connector that was looked at is named: the route’s own cluster may have a newcomer', () => {
  const connectors = [PUBLIC, { ...PUBLIC, id: 'con_2' }]
  expect(verdict({}, { connectors })).toMatchObject({ cluster: expect.stringMatching(/^connector\/con_[12]$/) })
})

test('where nothing listens, and where nobody is any more, the answer says so', () => {
  const connectors = [{ ...PUBLIC, health: 'refused' as const, sinceMs: NOW_MS - 1 }]
  expect(verdict({}, { connectors })).toMatchObject(refused(503))

  const world = worldOf({ connectors: [] })
  const [request, route] = [requestOf(GET), world.routes.find(ROUTE)]
  const location = locate(world.publication.addressing, request.host, request.path)
  if (route === undefined || location === undefined) throw new Error('The fixture lacks the route')
  expect(judgeAsset({ request, world, route, location, nowMs: NOW_MS }).verdict).toMatchObject({
    ...refused(503),
    outcome: 'offline',
  })
})

test('the limits of the configuration count', () => {
  const common = { id: 'l', per: [], matchesTool: undefined, text: 'one in 1m' }
  const limits: Limits = {
    rates: [{ ...common, requests: 1, windowMs: 60_000 }],
    concurrents: [{ ...common, concurrent: 1 }],
    maxBodyBytes: undefined,
  }
  const world = worldOf({ connectors: [{ ...CONNECTOR, ...PUBLIC }], publication: { publicAssets: true, limits } })

  expect(judge(GET, world).verdict).toMatchObject({ kind: 'allow', holdsSlot: true, inspect: false })
  expect(judge(GET, world)).toMatchObject({
    verdict: { kind: 'refuse', status: 429, rpcId: undefined },
    event: { reasons: ['limit', 'one in 1m'], rule: 'public assets' },
  })
})
