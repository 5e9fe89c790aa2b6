import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import { Provider } from 'oidc-provider'

/** An HTTP server on a free port; `answer` may be set later. */
async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
  port = 0,
): Promise<AsyncDisposable & { readonly origin: string; readonly port: number }> {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch((cause: unknown) => {
      response.statusCode = 500
      response.end(String(cause))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${bound}`,
    port: bound,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface Person {
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
  readonly groups?: readonly string[]
}

/** A real OpenID provider (oidc-provider), where whoever comes is signed in as `current` at once. */
export interface RealProvider extends AsyncDisposable {
  readonly issuer: string
  readonly clientSecret: string
  /** By subject. Whoever is removed from here is gone. */
  readonly people: Map<string, Person>
  current: string
  /** What it answers to the person's question instead. */
  denies: boolean
  /** Answers nothing but errors. */
  down: boolean
  /** Refreshes that it has answered, whatever the answer was. */
  refreshes: number
  /** Which addresses may be answered to; before this nothing is served. */
  allow(...redirectUris: readonly string[]): void
}

export async function startRealProvider(): Promise<RealProvider> {
  let provider: Provider | undefined
  const people = new Map<string, Person>()
  const clientSecret = randomBytes(24).toString('base64url')
  const server = await listen(async (request, response) => {
    if (provider === undefined || state.down) throw new Error('Nobody may come now')
    if (request.url?.startsWith('/interaction/') === true) await answerInteraction(provider, request, response)
    else await provider.callback()(request, response)
  })
  const answerInteraction = async (at: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (state.denies) {
      await at.interactionFinished(request, response, { error: 'access_denied', error_description: 'No, thank you' })
      return
    }
    const { params } = await at.interactionDetails(request, response)
    const grant = new at.Grant({ accountId: state.current, clientId: String(params['client_id']) })
    grant.addOIDCScope(String(params['scope']))
    const result = { login: { accountId: state.current }, consent: { grantId: await grant.save() } }
    await at.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
  const state: RealProvider = {
    issuer: server.origin,
    clientSecret,
    people,
    current: '',
    denies: false,
    down: false,
    refreshes: 0,
    allow(...redirectUris) {
      provider = new Provider(server.origin, {
        clients: [
          {
            client_id: 'gateway',
            client_secret: clientSecret,
            redirect_uris: [...redirectUris],
            grant_types: ['authorization_code', 'refresh_token'],
            response_types: ['code'],
          },
        ],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
        scopes: ['openid', 'offline_access', 'email', 'profile', 'groups'],
        ttl: { AccessToken: 600, Grant: 86_400, IdToken: 600, Interaction: 600, RefreshToken: 86_400, Session: 3600 },
        cookies: { keys: [randomBytes(16).toString('hex')] },
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
        findAccount: (_ctx, sub) => {
          const person = people.get(sub)
          return person && { accountId: sub, claims: () => ({ sub, ...person }) }
        },
      })
      const count = (): void => void (state.refreshes += 1)
      provider.on('grant.success', (ctx) => ctx.oidc.params?.['grant_type'] === 'refresh_token' && count())
      provider.on('grant.error', (ctx) => ctx.oidc.params?.['grant_type'] === 'refresh_token' && count())
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return state
}

/** A small provider whose every answer the test can bend. */
export interface BentProvider extends AsyncDisposable {
  readonly issuer: string
  readonly origin: string
  /** What it says of whoever comes. */
  claims: JWTPayload
  /** Changes the ID token's claims just before they are signed. */
  bend: (claims: JWTPayload) => JWTPayload
  /** Writes the ID token itself, instead of signing it properly. */
  forge: ((claims: JWTPayload) => string | Promise<string>) | undefined
  /** Added to, or taken from (undefined), what it says of itself. */
  metadata: Readonly<Record<string, unknown>>
  /** What it adds to its redirect; `code` and `state` are there already. */
  answer: Readonly<Record<string, string>>
  /** Answers every request with this status. */
  down: number | undefined
  /** Parameters of the last authorization request. */
  asked: URLSearchParams
  /** Codes that somebody has tried to redeem. */
  readonly redeemed: string[]
  /** Takes a code more than once. */
  careless: boolean
  readonly keys: JWK[]
  /** Signs with a new key from now on and publishes only that one. */
  rotate(): Promise<void>
}

export async function startBentProvider(
  options: { readonly path?: string; readonly port?: number } = {},
): Promise<BentProvider> {
  const path = options.path ?? ''
  const codes = new Map<string, URLSearchParams>()
  let key: { readonly kid: string; readonly privateKey: CryptoKey } | undefined

  const server = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', server.origin)
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (bent.down !== undefined) return json(bent.down, { error: 'server_error' })
    if (url.pathname === `${path}/.well-known/openid-configuration`) return json(200, metadataOf(bent))
    if (url.pathname === '/jwks') return json(200, { keys: bent.keys })
    if (url.pathname === '/authorize') return redirect(bent, url.searchParams, { response, codes })
    if (url.pathname === '/token') return json(...(await grant(bent, { body: await bodyOf(request), codes, key })))
    json(404, {})
  }, options.port)

  const bent: BentProvider = {
    origin: server.origin,
    issuer: `${server.origin}${path}`,
    claims: { sub: 'person-1' },
    bend: (claims) => claims,
    forge: undefined,
    metadata: {},
    answer: {},
    down: undefined,
    asked: new URLSearchParams(),
    redeemed: [],
    careless: false,
    keys: [],
    async rotate() {
      const kid = randomBytes(6).toString('hex')
      const { privateKey, publicKey } = await generateKeyPair('ES256')
      key = { kid, privateKey }
      this.keys.splice(0, this.keys.length, { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  await bent.rotate()
  return bent
}

const metadataOf = ({ issuer, origin, metadata }: BentProvider): Record<string, unknown> => ({
  issuer,
  authorization_endpoint: `${origin}/authorize`,
  token_endpoint: `${origin}/token`,
  jwks_uri: `${origin}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  scopes_supported: ['openid', 'email', 'profile', 'offline_access', 'groups'],
  id_token_signing_alg_values_supported: ['ES256'],
  ...metadata,
})

function redirect(
  bent: BentProvider,
  asked: URLSearchParams,
  to: { readonly response: ServerResponse; readonly codes: Map<string, URLSearchParams> },
): void {
  bent.asked = asked
  const code = randomBytes(16).toString('base64url')
  to.codes.set(code, asked)
  const back = new URL(asked.get('redirect_uri') ?? '')
  for (const [name, value] of Object.entries({ code, state: asked.get('state') ?? '', ...bent.answer })) {
    back.searchParams.set(name, value)
  }
  if (bent.answer['error'] !== undefined) back.searchParams.delete('code')
  to.response.writeHead(302, { location: back.href })
  to.response.end()
}

async function grant(
  bent: BentProvider,
  by: {
    readonly body: URLSearchParams
    readonly codes: Map<string, URLSearchParams>
    readonly key: { readonly kid: string; readonly privateKey: CryptoKey } | undefined
  },
): Promise<[status: number, body: unknown]> {
  const code = by.body.get('code') ?? ''
  const asked = by.codes.get(code)
  bent.redeemed.push(code)
  if (!bent.careless) by.codes.delete(code)
  const challenge = createHash('sha256')
    .update(by.body.get('code_verifier') ?? '')
    .digest('base64url')
  // As strict as a real one: a client that forgets PKCE or the redirect address does not get by here.
  if (asked?.get('code_challenge') !== challenge || asked.get('redirect_uri') !== by.body.get('redirect_uri')) {
    return [400, { error: 'invalid_grant' }]
  }
  const nowS = Math.floor(Date.now() / 1000)
  const claims = bent.bend({
    iss: bent.issuer,
    aud: 'gateway',
    iat: nowS,
    exp: nowS + 600,
    nonce: asked.get('nonce') ?? '',
    ...bent.claims,
  })
  const { kid = '', privateKey } = by.key ?? {}
  if (privateKey === undefined) throw new Error('No key')
  const idToken =
    bent.forge === undefined
      ? await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
      : await bent.forge(claims)
  return [200, { access_token: 'access', token_type: 'Bearer', refresh_token: 'refresh', id_token: idToken }]
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return new URLSearchParams(text)
}
