import * as client from 'openid-client'

import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { Secret } from '../kernel/secret.ts'
import type { OutboundFetch } from '../outbound/outbound.ts'
import type { UpstreamOAuthTerms } from '../routes/upstream-side.ts'
import { scopeNames } from '../upstream-connections/challenge.ts'
import type { UpstreamTokens } from '../upstream-connections/connection.ts'
import type {
  ConnectProblem,
  ConnectRequest,
  ConnectSecrets,
  RefreshOutcome,
  SignInPlace,
  UpstreamServer,
} from '../upstream-connections/upstream-server.ts'
import type { UpstreamClient, UpstreamClientStore } from './client-store.ts'
import { isUnknownClient, problemOf, refreshFailure } from './failure.ts'
import { TIMEOUT_MS } from './read-json.ts'
import { register } from './registration.ts'
import { Remembered } from './remembered.ts'
import { findResourceMetadata, type ResourceMetadata } from './resource-metadata.ts'
import { findServerMetadata, type ServerMetadata } from './server-metadata.ts'

export interface UpstreamOAuthPorts {
  readonly fetch: OutboundFetch
  readonly clients: UpstreamClientStore
  readonly clock: Clock
  readonly log: Log
}

/** How we are known: our callback for this route, and the document about us where others can fetch it. */
export interface OurSide {
  readonly route: string
  /** One for each route: whatever answers there was asked by this route, so that answers cannot be mixed up. */
  readonly redirectUri: string
  /** Undefined where nobody outside could fetch it. */
  readonly clientDocument: string | undefined
}

/** RFC 6750 §2.1: anything else does not go into a header. */
const B64TOKEN = /^[\w\-.~+/]{1,8192}=*$/

/** The OAuth client of an MCP server (MCP authorization, 2025-11-25), through openid-client. */
export class UpstreamOAuth implements UpstreamServer {
  readonly url: string
  readonly #terms: UpstreamOAuthTerms
  readonly #us: OurSide
  readonly #ports: UpstreamOAuthPorts
  readonly #resources: Remembered<ResourceMetadata>
  readonly #servers: Remembered<ServerMetadata>

  constructor(terms: UpstreamOAuthTerms, us: OurSide, ports: UpstreamOAuthPorts) {
    this.url = terms.url
    this.#terms = terms
    this.#us = us
    this.#ports = ports
    this.#resources = new Remembered(ports.clock)
    this.#servers = new Remembered(ports.clock)
  }

  find(): Promise<Result<SignInPlace, ConnectProblem>> {
    return attempt(async () => {
      const { server } = await this.#find()
      return { issuer: server.issuer, leadsTo: new URL(server.authorizationEndpoint).origin }
    })
  }

  prepare(wantedScope: string | undefined): Promise<Result<ConnectRequest, ConnectProblem>> {
    return attempt(async () => {
      const { resource, server } = await this.#find()
      const { id } = await this.#introduce(server)
      const usual = this.#terms.scopes ?? resource.scopes
      // MCP 2026-07-28, SEP-2207: a client that can refresh may ask for it where the server lists it.
      const offline = server.scopes.includes('offline_access') ? 'offline_access' : undefined
      return {
        issuer: server.issuer,
        leadsTo: new URL(server.authorizationEndpoint).origin,
        resource: resource.resource,
        clientId: id,
        scope: scopeNames(usual.join(' '), wantedScope, offline).join(' '),
      }
    })
  }

  signInUrl(request: ConnectRequest, { state, verifier }: ConnectSecrets): Promise<Result<URL, ConnectProblem>> {
    return attempt(async () =>
      client.buildAuthorizationUrl(await this.#configure(request.issuer), {
        redirect_uri: this.#us.redirectUri,
        // RFC 8707 §2: the token is for this server and no other.
        resource: request.resource,
        ...(request.scope === '' ? {} : { scope: request.scope }),
        // OpenID Connect Core §11: without it a server ignores the wish for a refresh token.
        ...(request.scope.split(' ').includes('offline_access') ? { prompt: 'consent' } : {}),
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    )
  }

  finish(
    callback: URL,
    { request, secrets }: { readonly request: ConnectRequest; readonly secrets: ConnectSecrets },
  ): Promise<Result<UpstreamTokens, ConnectProblem>> {
    return attempt(async () => {
      const config = await this.#configure(request.issuer)
      if (config.clientMetadata().client_id !== request.clientId) {
        throw new Fault('upstream.untrusted', 'We are known there by another name than when this began')
      }
      // Checks `state`, and `iss` against the issuer that was asked (RFC 9207 §2.4).
      const checks = { pkceCodeVerifier: secrets.verifier, expectedState: secrets.state }
      try {
        return this.#tokensOf(
          await client.authorizationCodeGrant(config, callback, checks, { resource: request.resource }),
        )
      } catch (cause) {
        if (isUnknownClient(cause)) await this.#forgetClient(request.issuer)
        throw cause
      }
    })
  }

  async refresh(
    token: Secret<string>,
    of: { readonly issuer: string; readonly resource: string },
  ): Promise<RefreshOutcome> {
    if (!this.#mayUse(of.issuer)) return { kind: 'ended', detail: 'The configuration names another issuer now' }
    try {
      const config = await this.#configure(of.issuer)
      const tokens = await client.refreshTokenGrant(config, token.reveal(), { resource: of.resource })
      return { kind: 'refreshed', tokens: this.#tokensOf(tokens) }
    } catch (cause) {
      if (isUnknownClient(cause)) await this.#forgetClient(of.issuer)
      return refreshFailure(cause)
    }
  }

  async revoke(tokens: UpstreamTokens, issuer: string): Promise<void> {
    try {
      const { revocationEndpoint } = await this.#server(issuer)
      if (revocationEndpoint === undefined) return
      const config = await this.#configure(issuer)
      // RFC 7009 §2: with the refresh token goes the grant, and with it the access token; both, where that is not so.
      const { refreshToken, accessToken } = tokens
      if (refreshToken !== undefined) {
        await client.tokenRevocation(config, refreshToken.reveal(), { token_type_hint: 'refresh_token' })
      }
      await client.tokenRevocation(config, accessToken.reveal(), { token_type_hint: 'access_token' })
    } catch (cause) {
      const { detail } = problemOf(cause)
      this.#ports.log.warn('upstream.revocation_failed', { route: this.#us.route, issuer, reason: detail })
    }
  }

  async #find(): Promise<{ readonly resource: ResourceMetadata; readonly server: ServerMetadata }> {
    const resource = await this.#resources.get(this.url, () => findResourceMetadata(this.url, this.#ports.fetch))
    if (!this.#mayUse(resource.issuer)) {
      const { issuer } = this.#terms
      throw new Fault('upstream.untrusted', `The server trusts ${resource.issuer}, the configuration names ${issuer}`)
    }
    return { resource, server: await this.#server(resource.issuer) }
  }

  #server(issuer: string): Promise<ServerMetadata> {
    return this.#servers.get(issuer, () => findServerMetadata(issuer, this.#ports.fetch))
  }

  /** Pre-registered, then by our document, then registered by ourselves (MCP 2025-11-25, client registration). */
  async #introduce(server: ServerMetadata): Promise<UpstreamClient> {
    const known = await this.#knownAs(server)
    const isOwnWork = known !== undefined && 'redirectUri' in known
    if (known !== undefined && !(isOwnWork && (await this.#isForgottenAt(server.issuer)))) return known
    const registered = await register(server, this.#us.redirectUri, this.#ports.fetch)
    const at = { issuer: server.issuer, route: this.#us.route }
    await this.#ports.clients.put(at, registered, this.#ports.clock.nowMs())
    return registered
  }

  /**
   * A server that has forgotten a client tells the person and not us, and they would be stuck. So it is asked for something
   * that it cannot give: whom it knows, it tells that.
   */
  async #isForgottenAt(issuer: string): Promise<boolean> {
    try {
      await client.refreshTokenGrant(await this.#configure(issuer), 'no-such-token')
      return false
    } catch (cause) {
      return isUnknownClient(cause)
    }
  }

  async #knownAs(server: ServerMetadata): Promise<UpstreamClient | undefined> {
    const { client: configured } = this.#terms
    if (configured !== undefined) {
      const posts = !server.authenticationMethods.includes('client_secret_basic')
      const method = configured.secret === undefined ? 'none' : posts ? 'client_secret_post' : 'client_secret_basic'
      return { ...configured, method }
    }
    if (server.takesClientDocuments && this.#us.clientDocument !== undefined) {
      return { id: this.#us.clientDocument, secret: undefined, method: 'none' }
    }
    const stored = await this.#ports.clients.find({ issuer: server.issuer, route: this.#us.route })
    const isOver = (stored?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= this.#ports.clock.nowMs()
    return stored?.redirectUri === this.#us.redirectUri && !isOver ? stored : undefined
  }

  async #forgetClient(issuer: string): Promise<void> {
    await this.#ports.clients.remove({ issuer, route: this.#us.route })
  }

  /** Also of a sign-in or a connection that is older than the configuration: its secret is not for that server. */
  #mayUse(issuer: string): boolean {
    return this.#terms.issuer === undefined || issuer === this.#terms.issuer
  }

  async #configure(issuer: string): Promise<client.Configuration> {
    if (!this.#mayUse(issuer)) throw new Fault('upstream.untrusted', `The configuration does not name ${issuer}`)
    const server = await this.#server(issuer)
    const us = await this.#knownAs(server)
    if (us === undefined) throw new Fault('upstream.misconfigured', `${issuer} does not know us any more`)
    const config = new client.Configuration(
      {
        issuer: server.issuer,
        authorization_endpoint: server.authorizationEndpoint,
        token_endpoint: server.tokenEndpoint,
        ...(server.revocationEndpoint === undefined ? {} : { revocation_endpoint: server.revocationEndpoint }),
        authorization_response_iss_parameter_supported: server.answersWithIssuer,
      },
      us.id,
      {},
      authenticationOf(us),
    )
    // Which plain addresses may be asked is our own fetch's business.
    client.allowInsecureRequests(config)
    config[client.customFetch] = async (url, { method, headers, body }) => {
      const answer = await this.#ports.fetch(url, {
        method: method === 'POST' ? 'POST' : 'GET',
        headers,
        ...(body instanceof URLSearchParams ? { body: body.toString() } : {}),
        timeoutMs: TIMEOUT_MS,
      })
      const isEmpty = answer.status === 204 || answer.status === 304
      return new Response(isEmpty ? null : answer.body, { status: answer.status, headers: answer.headers })
    }
    return config
  }

  #tokensOf(answer: client.TokenEndpointResponse): UpstreamTokens {
    if (answer.token_type !== 'bearer' || !B64TOKEN.test(answer.access_token)) {
      throw new Fault('upstream.misconfigured', 'The authorization server issued no bearer token')
    }
    const { expires_in: seconds, refresh_token: refreshToken, scope } = answer
    return {
      accessToken: new Secret(answer.access_token),
      refreshToken: refreshToken === undefined ? undefined : new Secret(refreshToken),
      expiresAtMs: seconds === undefined ? undefined : this.#ports.clock.nowMs() + seconds * 1000,
      scope,
    }
  }
}

function authenticationOf({ method, secret }: UpstreamClient): client.ClientAuth {
  if (secret === undefined || method === 'none') return client.None()
  return method === 'client_secret_basic'
    ? client.ClientSecretBasic(secret.reveal())
    : client.ClientSecretPost(secret.reveal())
}

async function attempt<T>(work: () => Promise<T>): Promise<Result<T, ConnectProblem>> {
  try {
    return ok(await work())
  } catch (cause) {
    return err(problemOf(cause))
  }
}
