/** The authorization server in this process, over a store in memory, with a person who allows everything. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { Attempts } from '../../control-plane/attempts/attempts.ts'
import { openAuthorization, type Authorization } from '../../control-plane/compose/authorization.ts'
import { loadConfiguration } from '../../control-plane/config/load.ts'
import type { OAuthSettings } from '../../control-plane/config/oauth.ts'
import { StandingFeed } from '../../control-plane/identity/standing-feed.ts'
import type { StandingDelta } from '../../control-plane/identity/standing.ts'
import type { User } from '../../control-plane/identity/user.ts'
import { localTopic } from '../../control-plane/kernel/bus.ts'
import { systemClock } from '../../control-plane/kernel/clock.ts'
import { currentOf } from '../../control-plane/kernel/current.ts'
import { Lifecycle } from '../../control-plane/kernel/lifecycle.ts'
import type { Log } from '../../control-plane/kernel/log.ts'
import { systemRandom } from '../../control-plane/kernel/random.ts'
import { deriveKey, SecretBox } from '../../control-plane/kernel/secret-box.ts'
import { Secret } from '../../control-plane/kernel/secret.ts'
import { AccessTokens } from '../../control-plane/oauth/access-tokens.ts'
import { machineGrantId } from '../../control-plane/oauth/configured-client.ts'
import { Grants } from '../../control-plane/oauth/grants.ts'
import { SigningKeys } from '../../control-plane/oauth/signing-keys.ts'
import type { OutboundFetch } from '../../control-plane/outbound/outbound.ts'
import { compilePolicy } from '../../control-plane/policy/compile.ts'
import { RouteTable, type Publication } from '../../control-plane/routes/publication.ts'
import { NO_RULES } from '../../control-plane/routes/route-rules.ts'
import { accountStore } from '../../control-plane/store/account-store.ts'
import { grantStore } from '../../control-plane/store/grant-store.ts'
import { oauthPayloadStore } from '../../control-plane/store/oauth-payload-store.ts'
import { openStore } from '../../control-plane/store/open.ts'
import { revokedTokenStore } from '../../control-plane/store/revoked-token-store.ts'
import { signingKeyStore } from '../../control-plane/store/signing-key-store.ts'

export const ann: User = {
  id: 'usr_annannannannannannannannan',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: true,
  claims: {},
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

export interface Lab extends AsyncDisposable {
  readonly url: string
  /** Ann's own MCP URL. */
  readonly resource: string
  readonly authorization: Authorization
  readonly grants: Grants
  readonly accessTokens: AccessTokens
  readonly logged: readonly string[]
  readonly attempts: Attempts
  /** Another process over the same store, as after a restart; the address stays. */
  restart(): Promise<void>
  register(metadata: unknown, from?: string): Promise<Answer>
  /** Follows the flow as a browser would, up to the redirect to the client. */
  authorize(parameters: Readonly<Record<string, string>> | string): Promise<URL>
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  get(path: string): Promise<Answer>
}

export interface LabOptions {
  readonly oauth?: Partial<OAuthSettings>
  readonly outbound?: OutboundFetch
  /** PPL of a route `team`, beside the personal tunnel. */
  readonly policy?: unknown
}

const nowhere: OutboundFetch = () => Promise.reject(new Error('There is no network here'))

export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const store = await openStore(':memory:')
  const secretKey = new Secret(randomBytes(32))
  const box = new SecretBox(deriveKey(secretKey, 'store'), systemRandom)
  const payloads = oauthPayloadStore(store.db, box)
  await accountStore(store.db).add({ ...ann, passwordHash: undefined, secondFactor: false }, 0)
  const attempts = new Attempts(systemRandom)
  const logged: string[] = []
  const write = (event: string, fields?: object): void => void logged.push(JSON.stringify({ event, ...fields }))
  const log: Log = { debug: write, info: write, warn: write, error: write }
  let open: Awaited<ReturnType<typeof start>> | undefined
  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => response.writeHead(500).end(String(cause)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const resource = `${url}/${ann.tunnelName}/mcp`

  async function start() {
    const variable = (): undefined => undefined
    const { settings, publication: empty } = loadConfiguration({
      configFile: undefined,
      dataFolder: '/nonexistent',
      publicUrl: url,
      secretKeyFile: undefined,
      logLevel: undefined,
      variable,
    })
    const oauth = { ...settings.oauth, clientIdMetadataDocuments: false, ...options.oauth }
    const publication = withTeam(empty, options.policy)
    const standing = new StandingFeed(localTopic<StandingDelta>(), systemClock)
    standing.publish({ kind: 'user.put', user: ann })
    for (const { id } of oauth.clients) {
      standing.publish({ kind: 'machine.put', user: { ...ann, id, email: '', tunnelName: '' } })
      standing.publish({ kind: 'grant.put', grant: { id: machineGrantId(id), userId: id, clientId: id } })
    }
    const grantRows = grantStore(store.db)
    for (const grant of await grantRows.active()) standing.publish({ kind: 'grant.put', grant })
    const signingKeys = new SigningKeys({
      store: signingKeyStore(store.db, box),
      standing,
      clock: systemClock,
      maxTokenLifeMs: oauth.accessTokenMs,
    })
    await signingKeys.load()
    const grants = new Grants({ store: grantRows, standing, clock: systemClock })
    const accessTokens = new AccessTokens({ store: revokedTokenStore(payloads), standing, clock: systemClock })
    await accessTokens.load()
    const lifecycle = new Lifecycle({ deadlineMs: 1000, onCloseFailure: () => undefined })
    const authorization = openAuthorization({ ...settings, oauth }, currentOf(publication), {
      payloads,
      secretKey,
      standing,
      signingKeys,
      grants,
      accessTokens,
      routes: new RouteTable(publication, (name) => standing.copy.findOwnerOf(name)),
      outbound: options.outbound ?? nowhere,
      findPerson: async ({ email }) => (email === ann.email ? ann : undefined),
      attempts,
      clock: systemClock,
      random: systemRandom,
      log,
      lifecycle,
    })
    return { authorization, grants, accessTokens, standing, lifecycle }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (open === undefined) throw new Error('The lab is closed')
    request.headers['x-sallyport-client-address'] ??= '127.0.0.1'
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { consent, server: endpoints } = open.authorization
    if (request.url?.startsWith('/interaction/') !== true) {
      return endpoints.handle(request, response, Buffer.concat(chunks))
    }
    const question = await consent.find(request, response)
    if (question === undefined) throw new Error('Nothing is asked here')
    await consent.allow(request, response, { question, user: ann })
  }

  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(new URL(path, url), init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } }
  }
  open = await start()
  const stop = async (): Promise<void> => {
    await open?.standing[Symbol.asyncDispose]()
    await open?.lifecycle[Symbol.asyncDispose]()
  }
  return {
    url,
    resource,
    logged,
    attempts,
    get authorization() {
      if (open === undefined) throw new Error('The lab is closed')
      return open.authorization
    },
    get grants() {
      if (open === undefined) throw new Error('The lab is closed')
      return open.grants
    },
    get accessTokens() {
      if (open === undefined) throw new Error('The lab is closed')
      return open.accessTokens
    },
    async restart() {
      await stop()
      open = await start()
    },
    register: (metadata, from = '127.0.0.1') =>
      send('/oauth/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sallyport-client-address': from },
        body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
      }),
    authorize: (parameters) =>
      follow(url, typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString()),
    post: (path, form, headers = {}) => send(path, { method: 'POST', body: new URLSearchParams(form), headers }),
    get: (path) => send(path, {}),
    async [Symbol.asyncDispose]() {
      await stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await store[Symbol.asyncDispose]()
    },
  }
}

function withTeam(publication: Publication, policy: unknown): Publication {
  if (policy === undefined) return publication
  const compiled = compilePolicy(policy)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  const route = {
    key: 'team',
    policy: compiled.value,
    policyAt: [],
    upstream: { kind: 'fixed', url: new URL('http://127.0.0.1:9') },
    rules: NO_RULES,
  } as const
  return { ...publication, routes: new Map([['team', route]]) }
}

/** Redirects and cookies, up to a host that is not ours. */
async function follow(base: string, query: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = new URL(`/oauth/authorize?${query}`, base)
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/)
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`No redirect at ${at.href}: ${response.status} ${await response.text()}`)
    at = new URL(location, at)
    if (at.origin !== base) return at
  }
  throw new Error('Too many redirects')
}

export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}

export function pkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export const LOOPBACK = 'http://127.0.0.1:9/callback'

/** The code flow of a client that authenticates with what `credentials` hold. */
export async function signInAs(
  lab: Lab,
  credentials: Readonly<Record<string, string>>,
  extra: {
    readonly authorize?: Readonly<Record<string, string>>
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Promise<Record<string, unknown>> {
  const { verifier, challenge } = pkce()
  const back = await lab.authorize({
    response_type: 'code',
    client_id: credentials['client_id'] ?? '',
    redirect_uri: LOOPBACK,
    resource: lab.resource,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra.authorize,
  })
  const form = {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: LOOPBACK,
    code_verifier: verifier,
    ...credentials,
  }
  const { status, body } = await lab.post('/oauth/token', form, extra.headers)
  if (status !== 200) throw new Error(`No tokens: ${JSON.stringify(body)} ${back.href}`)
  return body
}

export interface SignedIn {
  readonly clientId: string
  readonly body: Record<string, unknown>
  refresh(extra?: Readonly<Record<string, string>>): Promise<Answer>
}

/** A public client from registration to tokens. */
export async function signIn(lab: Lab, metadata: Readonly<Record<string, unknown>> = {}): Promise<SignedIn> {
  const registered = await lab.register({ client_name: 'Lab', redirect_uris: [LOOPBACK], ...metadata })
  const clientId = String(registered.body['client_id'])
  const body = await signInAs(lab, { client_id: clientId })
  return {
    clientId,
    body,
    refresh: (extra = {}) =>
      lab.post('/oauth/token', {
        grant_type: 'refresh_token',
        refresh_token: String(body['refresh_token']),
        client_id: clientId,
        ...extra,
      }),
  }
}
