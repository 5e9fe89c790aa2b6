import type { JsonWebKey } from 'node:crypto'

import { errors, Provider, type AdapterFactory, type Configuration, type JWK } from 'oidc-provider'

import type { Standing } from '../identity/standing.ts'
import type { Secret } from '../kernel/secret.ts'

export interface AuthorizationServerSettings {
  /** Path-less, so that clients of the 2025-03-26 revision find everything at the root too. */
  readonly issuer: string
  /** The newest signs; all are published. */
  readonly signingKeys: readonly { readonly kid: string; readonly jwk: Secret<JsonWebKey> }[]
  readonly cookieKeys: readonly Secret<string>[]
  readonly accessTokenSeconds: number
  /** Whether clients may identify themselves by URL. Only where this server can fetch such documents: clients do not fall back. */
  readonly clientIdMetadataDocuments: boolean
}

export interface AuthorizationServerPorts {
  readonly adapter: AdapterFactory
  readonly standing: Standing
  /** The canonical form of a resource that a route can serve; undefined for any other URL. */
  readonly findResource: (resource: string) => string | undefined
  /** A page for a person whose request cannot be answered by a redirect. */
  readonly renderError: (error: { readonly code: string; readonly description: string | undefined }) => string
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

const HOUR = 60 * 60
const DAY = 24 * HOUR

/** oidc-provider, set up for MCP clients. Rebuilt when the signing keys change; everything that lasts is in the adapter. */
export function createProvider(settings: AuthorizationServerSettings, ports: AuthorizationServerPorts): Provider {
  const [signing] = settings.signingKeys
  if (signing === undefined) throw new Error('No signing key')
  const secure = settings.issuer.startsWith('https:')
  const configuration: Configuration = {
    adapter: ports.adapter,
    jwks: { keys: settings.signingKeys.map((key) => key.jwk.reveal() as JWK) },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      registration: '/oauth/register',
      revocation: '/oauth/revoke',
      jwks: '/oauth/jwks',
      end_session: '/oauth/end-session',
      pushed_authorization_request: '/oauth/par',
    },
    scopes: [],
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'ES256',
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientBasedCORS: () => true,
    pkce: { required: () => true },
    cookies: {
      keys: settings.cookieKeys.map((key) => key.reveal()),
      names: { session: 'sallyport_as', interaction: 'sallyport_ix', resume: 'sallyport_ix_resume' },
      long: { signed: true, httpOnly: true, sameSite: 'lax', secure },
      short: { signed: true, httpOnly: true, sameSite: 'lax', secure },
    },
    ttl: {
      AccessToken: settings.accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: 5 * 365 * DAY,
      Interaction: HOUR,
      RefreshToken: 90 * DAY,
      // Only bridges one sign-in: who a browser is, our own session says.
      Session: 300,
    },
    features: {
      clientIdMetadataDocument: settings.clientIdMetadataDocuments
        ? { enabled: true, ack: 'draft-02' }
        : { enabled: false },
      devInteractions: { enabled: false },
      // Bound tokens would have to be enforced by the authorizer, which does not yet.
      dPoP: { enabled: false },
      registration: { enabled: true, issueRegistrationAccessToken: true },
      registrationManagement: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => {
          throw new errors.InvalidTarget('the resource parameter is missing')
        },
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          const audience = ports.findResource(resource)
          if (audience === undefined) throw new errors.InvalidTarget('there is no such resource here')
          return {
            audience,
            scope: 'mcp',
            accessTokenFormat: 'jwt',
            accessTokenTTL: settings.accessTokenSeconds,
            jwt: { sign: { alg: 'ES256', kid: signing.kid } },
          }
        },
      },
      revocation: { enabled: true },
      // Who a browser is, our own session says. What stays of it is the step that forgets an account before another answers.
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    extraTokenClaims: (_ctx, token) => ('grantId' in token ? { gid: token.grantId } : undefined),
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
      ctx.body = ports.renderError({ code: out.error, description: out.error_description })
    },
  }
  const provider = new Provider(settings.issuer, configuration)
  provider.proxy = true
  return provider
}
