import type { JsonWebKey } from 'node:crypto'

import { errors, Provider, type AdapterFactory, type Configuration, type JWK } from 'oidc-provider'

import type { Standing } from '../identity/standing.ts'
import type { Random } from '../kernel/random.ts'
import type { Secret } from '../kernel/secret.ts'
import { machineGrantId, type ConfiguredClient } from '../oauth/configured-client.ts'
import { grantType, type Support } from '../oauth/support.ts'
import { libraryClientOf } from './configured-clients.ts'
import { newClientSecret, prefixTokens } from './token-prefixes.ts'

export interface AuthorizationServerSettings {
  /** Path-less, so that clients of the 2025-03-26 revision find everything at the root too. */
  readonly issuer: string
  /** The newest signs; all are published. */
  readonly signingKeys: readonly { readonly kid: string; readonly jwk: Secret<JsonWebKey> }[]
  readonly cookieKeys: readonly Secret<string>[]
  readonly dpopNonceKey: Secret<Buffer>
  readonly accessTokenSeconds: number
  readonly support: Support
  readonly clients: readonly ConfiguredClient[]
}

/** What a token can be for: the exact MCP URL, and the scopes that its route's policy knows. */
export interface ProtectedResource {
  readonly audience: string
  readonly scopes: readonly string[]
}

export interface ShownError {
  readonly code: string
  readonly description: string | undefined
  readonly reference: string | undefined
}

export interface AuthorizationServerPorts {
  readonly adapter: AdapterFactory
  readonly standing: Standing
  readonly random: Random
  /** Undefined for a URL that no route can serve. */
  readonly findResource: (resource: string) => ProtectedResource | undefined
  /** The id of the client that is being registered. */
  readonly newClientId: (request: object) => string
  readonly fetch: (input: string | URL | Request) => Promise<Response>
  /** The address that asks, as Envoy saw it. */
  readonly addressOf: (headers: NodeJS.Dict<string | string[]>) => string
  /** A page for a person whose request cannot be answered by a redirect. */
  readonly renderError: (error: ShownError) => string
  readonly referenceOf: (request: object) => string | undefined
}

/** The page carries words of the client's request: they may run nothing and be framed nowhere. */
const ERROR_PAGE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const ROUTES = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  registration: '/oauth/register',
  revocation: '/oauth/revoke',
  introspection: '/oauth/introspect',
  jwks: '/oauth/jwks',
  end_session: '/oauth/end-session',
  pushed_authorization_request: '/oauth/par',
  device_authorization: '/oauth/device-authorization',
  // A page of ours answers there; the library only builds links to it.
  code_verification: '/device',
}

/** oidc-provider, set up for MCP clients. Rebuilt when the signing keys change; everything that lasts is in the adapter. */
export function createProvider(settings: AuthorizationServerSettings, ports: AuthorizationServerPorts): Provider {
  const secure = settings.issuer.startsWith('https:')
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax', secure } as const
  const configuration: Configuration = {
    adapter: ports.adapter,
    jwks: { keys: settings.signingKeys.map((key) => key.jwk.reveal() as JWK) },
    routes: ROUTES,
    clients: settings.clients.map(libraryClientOf),
    scopes: [],
    responseTypes: ['code'],
    clientAuthMethods: [...settings.support.clientAuthMethods],
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'ES256',
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      dPoPSigningAlgValues: [...settings.support.dpopAlgorithms],
    },
    clientBasedCORS: () => true,
    pkce: { required: () => true },
    cookies: {
      keys: settings.cookieKeys.map((key) => key.reveal()),
      names: { session: 'sallyport_as', interaction: 'sallyport_ix', resume: 'sallyport_ix_resume' },
      long: cookie,
      short: cookie,
    },
    ttl: {
      AccessToken: settings.accessTokenSeconds,
      AuthorizationCode: MINUTE,
      ClientCredentials: settings.accessTokenSeconds,
      DeviceCode: 15 * MINUTE,
      Grant: 5 * 365 * DAY,
      Interaction: HOUR,
      RefreshToken: 90 * DAY,
      // Only bridges one sign-in: who a browser is, our own session says.
      Session: 300,
    },
    features: featuresOf(settings, ports),
    fetch: ports.fetch,
    extraTokenClaims: (_ctx, token) => {
      if ('grantId' in token) return { gid: token.grantId }
      return token.clientId === undefined ? undefined : { gid: machineGrantId(token.clientId) }
    },
    // A refresh token lives as long as its grant, not as long as a browser session.
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // Consent is asked for each authorization: a session alone never stands for it.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId)
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) =>
      ports.standing.findUser(id) === undefined ? undefined : { accountId: id, claims: () => ({ sub: id }) },
    renderError: (ctx, out) => {
      ctx.type = 'html'
      ctx.set(ERROR_PAGE_HEADERS)
      ctx.body = ports.renderError({
        code: out.error,
        description: out.error_description,
        reference: ports.referenceOf(ctx.req),
      })
    },
  }
  const provider = new Provider(settings.issuer, configuration)
  provider.proxy = true
  prefixTokens(provider, ports.random)
  return provider
}

function featuresOf(
  settings: AuthorizationServerSettings,
  ports: AuthorizationServerPorts,
): NonNullable<Configuration['features']> {
  const { support } = settings
  const [signing] = settings.signingKeys
  if (signing === undefined) throw new Error('No signing key')
  return {
    clientCredentials: { enabled: support.grantTypes.includes(grantType.clientCredentials) },
    clientIdMetadataDocument: support.clientIdMetadataDocuments
      ? { enabled: true, ack: 'draft-02' }
      : { enabled: false },
    deviceFlow: {
      enabled: support.grantTypes.includes(grantType.deviceCode),
      deviceInfo: (ctx) => ({ address: ports.addressOf(ctx.headers) }),
    },
    devInteractions: { enabled: false },
    dPoP: { enabled: true, nonceSecret: settings.dpopNonceKey.reveal(), requireNonce: () => true },
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
    },
    registration: {
      enabled: true,
      issueRegistrationAccessToken: true,
      idFactory: (ctx) => ports.newClientId(ctx.req),
      secretFactory: () => newClientSecret(ports.random),
    },
    registrationManagement: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => {
        throw new errors.InvalidTarget('the resource parameter is missing')
      },
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        const found = ports.findResource(resource)
        if (found === undefined) throw new errors.InvalidTarget('there is no such resource here')
        return {
          audience: found.audience,
          scope: found.scopes.join(' '),
          accessTokenFormat: 'jwt',
          accessTokenTTL: settings.accessTokenSeconds,
          jwt: { sign: { alg: 'ES256', kid: signing.kid } },
        }
      },
    },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
    // Who a browser is, our own session says. What stays of it is the step that forgets an account before another answers.
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
  }
}
