/** A small world for tests of the authorizer: Ann owns `calm-otter-4821`, and `team` is a route from YAML. */
import { generateKeyPairSync, sign } from 'node:crypto'

import { Assertions } from '../assertion/assertions.ts'
import { Catalogue } from '../catalogue/catalogue.ts'
import { Standing, type StandingChange } from '../identity/standing.ts'
import { Secret } from '../kernel/secret.ts'
import { CallLimiter } from '../limits/call-limiter.ts'
import { ConcurrentCalls } from '../limits/concurrent-calls.ts'
import { SlidingWindows } from '../limits/sliding-windows.ts'
import { sealingKeyOf, sealSession } from '../mcp/session-seal.ts'
import { AccessTokenVerifier } from '../oauth/access-token.ts'
import { DpopVerifier } from '../oauth/dpop.ts'
import { compilePolicy, type Policy } from '../policy/compile.ts'
import { RouteTable, type ConfiguredRoute, type Publication } from '../routes/publication.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { TaskOwners } from '../tasks/task-owners.ts'
import type { Connector } from '../tunnels/connector.ts'
import { Presence } from '../tunnels/presence.ts'
import { TokenCopy } from '../upstream-connections/token-copy.ts'
import { authorize } from './authorize.ts'
import { withEvidence } from './evidence.ts'
import type { GatewayRequest } from './gateway-request.ts'
import type { World } from './hearing.ts'
import type { Judged } from './record.ts'
import type { Verdict } from './verdict.ts'

export const NOW_MS = 1_000_000
export const ISSUER = 'https://gateway.example'
export const TEAM_URL = `${ISSUER}/team/mcp`

const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const assertionKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export const ANN = {
  id: 'usr_ann',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: true,
  claims: { groups: ['staff'] },
} as const

const CLAIMS = {
  iss: ISSUER,
  sub: ANN.id,
  aud: TEAM_URL,
  client_id: 'cli_1',
  exp: NOW_MS / 1000 + 60,
  scope: 'mcp',
  gid: 'grt_1',
  jti: 'jti_1',
}

/** Signed by the gateway, with these claims instead of the good ones. */
export function token(claims: Readonly<Record<string, unknown>> = {}): string {
  const input = [
    { alg: 'ES256', typ: 'at+jwt', kid: 'k1' },
    { ...CLAIMS, ...claims },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(input), { key: signer.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

export function policyOf(data: unknown): Policy {
  const policy = compilePolicy(data)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}

export const SIGNED_IN = { allow: { and: [{ authenticated_user: true }] } }
export const EVERYBODY = { allow: { and: [{ accept: true }] } }

export const SEALING_KEY = sealingKeyOf(new Secret(Buffer.alloc(32, 1)))

export interface WorldChanges {
  /** As in YAML. */
  readonly policy?: unknown
  readonly route?: Partial<ConfiguredRoute>
  readonly publication?: Partial<Publication>
  /** Of who and what is valid, after Ann, her grant and the signing key. */
  readonly standing?: readonly StandingChange[]
  /** Undefined: the tunnel of `team` is open. */
  readonly connectors?: readonly Partial<Connector>[]
  readonly world?: Partial<World>
}

export const CONNECTOR: Connector = {
  id: 'con_1',
  route: 'team',
  userId: ANN.id,
  socketPath: '/run/1',
  sourceAddress: '192.0.2.9',
  mode: 'static',
  target: 'localhost:8080',
  sinceMs: 0,
  health: 'ok',
  isPublic: false,
}

export function worldOf(changes: WorldChanges = {}): World {
  const standing = new Standing()
  const all: readonly StandingChange[] = [
    { kind: 'user.put', user: ANN },
    { kind: 'grant.put', grant: { id: 'grt_1', userId: ANN.id, clientId: 'cli_1' } },
    { kind: 'signing_key.put', kid: 'k1', publicKey: signer.publicKey },
    ...(changes.standing ?? []),
  ]
  for (const [index, change] of all.entries()) standing.apply({ sequence: index + 1, change }, NOW_MS)
  const policy = policyOf(changes.policy ?? SIGNED_IN)
  const team: ConfiguredRoute = {
    key: 'team',
    policy,
    policyAt: ['routes', 0, 'policy'],
    upstream: { kind: 'tunnel', servePolicy: policy },
    rules: NO_RULES,
    ...changes.route,
  }
  const publication: Publication = {
    addressing: { mode: 'path', publicUrl: new URL(ISSUER) },
    routes: new Map([['team', team]]),
    allowedOrigins: new Set(['https://app.example']),
    ...changes.publication,
  }
  const presence = new Presence()
  for (const connector of changes.connectors ?? [{}]) {
    presence.apply({ kind: 'up', connector: { ...CONNECTOR, ...connector } })
  }
  const jwk = new Secret(assertionKey.privateKey.export({ format: 'jwk' }))
  const currentKey = () => ({ kid: 'a1', jwk, createdAtMs: 0, retiredAtMs: undefined })
  return {
    publication,
    routes: new RouteTable(publication, (name) => standing.findOwnerOf(name), standing),
    standing,
    presence,
    tokens: new AccessTokenVerifier(),
    proofs: new DpopVerifier(new Secret(Buffer.alloc(32, 2))),
    sealingKeys: [SEALING_KEY],
    assertions: new Assertions({ issuer: ISSUER, currentKey, random: { bytes: (count) => Buffer.alloc(count, 3) } }),
    upstreamTokens: new TokenCopy(),
    catalogue: new Catalogue(),
    tasks: new TaskOwners(),
    limiter: new CallLimiter(new SlidingWindows(), new ConcurrentCalls()),
    ...changes.world,
  }
}

export interface RequestChanges {
  readonly method?: string
  readonly path?: string
  readonly host?: string
  /** Undefined takes one away that would be there. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** A message; a text is sent as it is. */
  readonly body?: string | object
  readonly certificatePem?: string
}

const text = (body: string | object): string =>
  typeof body === 'string' ? body : JSON.stringify({ jsonrpc: '2.0', ...body })

/** Ann's client calls `team`, unless this says something else. */
export function requestOf({ headers = {}, body = '', ...changes }: RequestChanges = {}): GatewayRequest {
  const all = { authorization: `Bearer ${token()}`, 'content-type': 'application/json', ...headers }
  return {
    id: 'req-1',
    method: 'POST',
    host: 'gateway.example',
    path: '/team/mcp',
    clientAddress: '192.0.2.1',
    ...changes,
    headers: new Map(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    body: Buffer.from(text(body)),
  }
}

export const rpc = (method: string, params: object = {}): object => ({ id: 7, method, params })
export const toolCall = (name: string, more: object = {}): object => rpc('tools/call', { name, ...more })

/** The verdict, and the record as it is when it is complete. */
export function judge(request: RequestChanges, world: World = worldOf()): Judged {
  const judged = authorize(requestOf(request), world, NOW_MS)
  const { event, evidence } = judged
  return event === undefined || evidence === undefined ? judged : { ...judged, event: withEvidence(event, evidence) }
}

export const verdictOf = (request: RequestChanges, world?: WorldChanges): Verdict =>
  judge(request, worldOf(world)).verdict

export const refused = (status: number): object => ({ kind: 'refuse_plain', status })

/** Without a token. */
export const STRANGER: RequestChanges = { headers: { authorization: undefined } }

export const bearer = (claims: object): RequestChanges => ({
  headers: { authorization: `Bearer ${token({ ...claims })}` },
  body: toolCall('read'),
})

/** The id of a session of Ann's, as her client knows it. */
export const sealed = (connectorId: string, mayMakeTasks = false, userId: string = ANN.id): string =>
  sealSession(
    { id: 'up-1', connectorId, mayMakeTasks },
    { userId, clientId: userId === '' ? '' : 'cli_1', route: 'team' },
    { key: SEALING_KEY, random: { bytes: (count) => Buffer.alloc(count, 4) }, nowMs: NOW_MS },
  )
export const inSession = (id: string, more: RequestChanges = {}): RequestChanges => ({
  body: toolCall('read'),
  ...more,
  headers: { 'mcp-session-id': id, ...more.headers },
})
