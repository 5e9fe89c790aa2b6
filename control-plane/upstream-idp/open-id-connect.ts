import { createHash } from 'node:crypto'

import * as client from 'openid-client'

import type {
  IdentityProvider,
  RefreshOutcome,
  SignInAttempt,
  UpstreamProblem,
  UpstreamSignIn,
} from '../identity/identity-provider.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault, messageOf } from '../kernel/fault.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { Secret } from '../kernel/secret.ts'
import { textAt, type RawClaims } from './claim-path.ts'
import { problemOf, refreshFailure } from './failure.ts'
import { IssuerMetadata, type ReadDocument } from './issuer-metadata.ts'
import { isMultiTenant } from './presets/entra.ts'
import { PRESETS } from './presets/known.ts'
import type { Preset } from './presets/preset.ts'
import { joined, profileOf } from './profile.ts'
import type { ProviderSettings } from './provider-settings.ts'

/** How far the provider's clock and ours may differ. */
export const CLOCK_TOLERANCE_S = 60
/** For each request to the provider; three of them fit into the time that Envoy gives a page. */
const TIMEOUT_S = 8

/** Any OpenID Connect provider, through openid-client. */
export class OpenIdConnect implements IdentityProvider {
  readonly terms: ProviderSettings
  readonly #preset: Preset
  readonly #clock: Clock
  readonly #metadata: IssuerMetadata

  constructor(settings: ProviderSettings, ports: { clock: Clock; read?: ReadDocument }) {
    this.terms = settings
    this.#preset = PRESETS[settings.preset]
    this.#clock = ports.clock
    this.#metadata = new IssuerMetadata(settings.issuer, ports)
  }

  async begin(attempt: SignInAttempt, options: { choose: boolean }): Promise<Result<URL, UpstreamProblem>> {
    try {
      const config = await this.#configure()
      const scopes = this.#scopes(config)
      const hostedDomains = this.terms.allowed.hostedDomains ?? []
      const parameters = this.#preset.parameters({ scopes, hostedDomains })
      const prompts = [
        ...(options.choose ? [this.#preset.choosePrompt] : []),
        ...(parameters['prompt']?.split(' ') ?? []),
      ]
      return ok(
        client.buildAuthorizationUrl(config, {
          ...parameters,
          ...(prompts.length === 0 ? {} : { prompt: [...new Set(prompts)].join(' ') }),
          redirect_uri: attempt.redirectUri,
          scope: scopes.join(' '),
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
          code_challenge_method: 'S256',
        }),
      )
    } catch (cause) {
      return err(problemOf(cause))
    }
  }

  async finish(callback: URL, attempt: SignInAttempt): Promise<Result<UpstreamSignIn, UpstreamProblem>> {
    try {
      const config = await this.#configure()
      // Checks `iss` (RFC 9207 §2.4), `state`, and of the ID token signature, issuer, audience, nonce and times.
      const tokens = await client.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      })
      const idToken = tokens.claims()
      if (idToken === undefined) return err({ kind: 'untrusted', detail: 'The answer has no ID token' })
      const said = await this.#profile(config, { idToken, accessToken: tokens.access_token, subject: idToken.sub })
      const { refresh_token: refreshToken } = tokens
      return ok({ ...said, refreshToken: refreshToken === undefined ? undefined : new Secret(refreshToken) })
    } catch (cause) {
      return err(problemOf(cause))
    }
  }

  async refresh(
    token: Secret<string>,
    identity: { readonly issuer: string; readonly subject: string },
  ): Promise<RefreshOutcome> {
    // The configuration names another issuer under this provider's id now: it must not get the former one's token.
    if (!this.#mayBeFrom(identity.issuer)) return { kind: 'ended', detail: 'The identity is from another issuer' }
    try {
      const config = await this.#configure()
      const tokens = await client.refreshTokenGrant(config, token.reveal())
      const rotated = tokens.refresh_token === undefined ? undefined : new Secret(tokens.refresh_token)
      const idToken = tokens.claims()
      if (idToken === undefined && !this.#readsUserInfo(config)) {
        return { kind: 'refreshed', profile: undefined, refreshToken: rotated, warnings: [] }
      }
      const subject = idToken?.sub ?? identity.subject
      const said = await this.#profile(config, {
        idToken: idToken ?? { iss: identity.issuer, sub: subject },
        accessToken: tokens.access_token,
        subject,
      })
      // OpenID Connect Core §12.2: a refresh never speaks of somebody else.
      if (said.profile.issuer !== identity.issuer || said.profile.subject !== identity.subject) {
        return { kind: 'failed', detail: 'The refreshed token is about somebody else' }
      }
      return { kind: 'refreshed', ...said, refreshToken: rotated }
    } catch (cause) {
      return refreshFailure(cause)
    }
  }

  /** With many tenants each has its own issuer, at Microsoft's one host. */
  #mayBeFrom(issuer: string): boolean {
    if (!URL.canParse(issuer)) return issuer === this.terms.issuer
    const [known, given] = [new URL(this.terms.issuer), new URL(issuer)]
    return this.terms.preset === 'entra' ? known.origin === given.origin : known.href === given.href
  }

  /** A new one each time, so that keys are the provider's of now: the library keeps them for as long as it keeps this. */
  async #configure(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.terms
    const text = await this.#metadata.get()
    const url = new URL(issuer)
    const insecure = url.protocol === 'http:' ? [client.allowInsecureRequests] : []
    // The library takes Microsoft's template for an issuer of many tenants from this address only, where it is not checked.
    const known = this.terms.preset === 'entra' && isMultiTenant(url) ? new URL(ENTRA_OF_MANY) : url
    const authenticate = clientSecret === undefined ? client.None() : this.#authenticateWith(clientSecret.reveal())
    const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE_S }
    const config = await client
      .discovery(known, clientId, metadata, authenticate, {
        execute: [client.enableNonRepudiationChecks, ...insecure],
        [client.customFetch]: async () => new Response(text, { headers: { 'content-type': 'application/json' } }),
      })
      .catch((cause: unknown) => {
        throw new Fault('idp.misconfigured', `The metadata of ${issuer} cannot be used: ${messageOf(cause)}`, { cause })
      })
    config[client.customFetch] = (address, options) => fetch(address, options as RequestInit)
    config.timeout = TIMEOUT_S
    return config
  }

  /** RFC 6749 §2.3.1 prefers Basic; the metadata says what the provider takes (OpenID Connect Discovery §3). */
  #authenticateWith(secret: string): client.ClientAuth {
    return (server, ...rest) => {
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
      const post = this.#preset.clientAuthentication ?? (methods.includes('client_secret_basic') ? undefined : 'post')
      const method = post === undefined ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
      method(server, ...rest)
    }
  }

  #scopes(config: client.Configuration): readonly string[] {
    const listed = config.serverMetadata().scopes_supported
    const optional = this.#preset.optionalScopes.filter((scope) => listed?.includes(scope) === true)
    return [...new Set([...this.#preset.scopes, ...optional, ...this.terms.scopes])]
  }

  #readsUserInfo(config: client.Configuration): boolean {
    return this.#preset.readsUserInfo && config.serverMetadata().userinfo_endpoint !== undefined
  }

  async #profile(
    config: client.Configuration,
    said: { readonly idToken: RawClaims; readonly accessToken: string; readonly subject: string },
  ): Promise<Pick<UpstreamSignIn, 'profile' | 'warnings'>> {
    // The library does not look at it; a token from the future is as wrong as one from the past.
    const issuedAt = said.idToken['iat']
    if (typeof issuedAt === 'number' && issuedAt > this.#clock.nowMs() / 1000 + CLOCK_TOLERANCE_S) {
      throw new Fault('idp.clocks_differ', 'The ID token was issued in the future')
    }
    const userInfo = this.#readsUserInfo(config)
      ? await client.fetchUserInfo(config, said.accessToken, said.subject)
      : undefined
    const raw = joined(said.idToken, userInfo)
    const described = this.#preset.describe(raw)
    const issuer = textAt(said.idToken, 'iss')
    if (!described.ok || issuer === undefined) {
      throw new Fault('idp.untrusted', described.ok ? 'The token names no issuer' : described.error)
    }
    return profileOf({ issuer, raw, described: described.value }, { preset: this.#preset, settings: this.terms })
  }
}

const ENTRA_OF_MANY = 'https://login.microsoftonline.com/common/v2.0'
