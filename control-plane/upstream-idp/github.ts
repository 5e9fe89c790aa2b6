import { createHash } from 'node:crypto'

import * as client from 'openid-client'

import type {
  IdentityProvider,
  RefreshOutcome,
  SignInAttempt,
  UpstreamProblem,
  UpstreamSignIn,
} from '../identity/identity-provider.ts'
import { Fault } from '../kernel/fault.ts'
import { isRecord } from '../kernel/record.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { Secret } from '../kernel/secret.ts'
import { problemOf, refreshFailure } from './failure.ts'
import { apiBaseOf, describeGitHub, github } from './presets/github.ts'
import { profileOf } from './profile.ts'
import type { ProviderSettings } from './provider-settings.ts'

const TIMEOUT_S = 8
const PER_PAGE = 100
/** 500 organisations or teams: more would be too long a list anyway. */
const MAX_PAGES = 5

/** What is kept for later: an OAuth App's access token does not end; a GitHub App gives a refresh token with it. */
type Kept = `access ${string}` | `refresh ${string}`

/** The API said no to this token: revoked, or the person's account is suspended. */
class TokenRefused extends Error {}

/** GitHub and GitHub Enterprise: OAuth with an API instead of ID tokens. */
export class GitHub implements IdentityProvider {
  readonly terms: ProviderSettings
  readonly #issuer: URL
  readonly #config: client.Configuration

  constructor(settings: ProviderSettings) {
    this.terms = settings
    this.#issuer = new URL(settings.issuer)
    const { origin, protocol } = this.#issuer
    const server = {
      issuer: `${origin}/login/oauth`,
      authorization_endpoint: `${origin}/login/oauth/authorize`,
      token_endpoint: `${origin}/login/oauth/access_token`,
    }
    this.#config = new client.Configuration(server, settings.clientId, settings.clientSecret?.reveal())
    this.#config.timeout = TIMEOUT_S
    if (protocol === 'http:') client.allowInsecureRequests(this.#config)
  }

  async begin(attempt: SignInAttempt, options: { choose: boolean }): Promise<Result<URL, UpstreamProblem>> {
    const parameters = {
      redirect_uri: attempt.redirectUri,
      scope: [...github.scopes, ...this.terms.scopes].join(' '),
      state: attempt.state,
      code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(options.choose ? { prompt: 'select_account' } : {}),
    }
    return ok(client.buildAuthorizationUrl(this.#config, parameters))
  }

  async finish(callback: URL, attempt: SignInAttempt): Promise<Result<UpstreamSignIn, UpstreamProblem>> {
    try {
      const tokens = await client.authorizationCodeGrant(this.#config, callback, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
      })
      const said = await this.#profile(tokens.access_token)
      return ok({ ...said, refreshToken: new Secret(keptOf(tokens)) })
    } catch (cause) {
      return err(isSpentCode(cause) ? { kind: 'ended', detail: 'GitHub does not know the code' } : problemOf(cause))
    }
  }

  async refresh(
    token: Secret<string>,
    identity: { readonly issuer: string; readonly subject: string },
  ): Promise<RefreshOutcome> {
    // The configuration names another host now: it must not get the former one's token.
    if (identity.issuer !== this.#issuer.origin) return { kind: 'ended', detail: 'The identity is from another GitHub' }
    try {
      const kept = token.reveal()
      const tokens = kept.startsWith('refresh ')
        ? await client.refreshTokenGrant(this.#config, kept.slice('refresh '.length))
        : undefined
      const said = await this.#profile(tokens?.access_token ?? kept.slice('access '.length))
      if (said.profile.subject !== identity.subject) return { kind: 'failed', detail: 'The token is somebody else’s' }
      const refreshToken = tokens === undefined ? undefined : new Secret(keptOf(tokens))
      return { kind: 'refreshed', ...said, refreshToken }
    } catch (cause) {
      if (cause instanceof TokenRefused) return { kind: 'ended', detail: cause.message }
      return isSpentCode(cause) ? { kind: 'ended', detail: 'GitHub ended the refresh token' } : refreshFailure(cause)
    }
  }

  async #profile(accessToken: string): Promise<Pick<UpstreamSignIn, 'profile' | 'warnings'>> {
    const [user, ...lists] = await Promise.all([
      this.#ask('/user', accessToken),
      this.#list('/user/emails', accessToken),
      this.#list('/user/orgs', accessToken),
      this.#list('/user/teams', accessToken),
    ])
    const answers = { user, emails: lists[0], organisations: lists[1], teams: lists[2] }
    const described = describeGitHub(answers, this.#issuer)
    if (!described.ok) throw new Fault('idp.untrusted', described.error)
    const raw = isRecord(answers.user) ? answers.user : {}
    const said = { issuer: this.#issuer.origin, raw, described: described.value }
    return profileOf(said, { preset: github, settings: this.terms })
  }

  async #list(path: string, accessToken: string): Promise<readonly unknown[]> {
    const all: unknown[] = []
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const items = await this.#ask(`${path}?per_page=${PER_PAGE}&page=${page}`, accessToken)
      if (!Array.isArray(items)) throw new Fault('idp.untrusted', `${path} did not answer with a list`)
      all.push(...(items as unknown[]))
      if (items.length < PER_PAGE) break
    }
    return all
  }

  async #ask(path: string, accessToken: string): Promise<unknown> {
    const response = await fetch(`${apiBaseOf(this.#issuer)}${path}`, {
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${accessToken}`,
        'user-agent': 'sallyport',
        'x-github-api-version': '2022-11-28',
      },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_S * 1000),
    })
    if (response.ok) return response.json()
    await response.body?.cancel()
    // 403 is also how GitHub limits rates: then it says when to come back.
    const limited = response.headers.has('retry-after') || response.headers.get('x-ratelimit-remaining') === '0'
    const { status } = response
    if (status === 401 || (status === 403 && !limited)) throw new TokenRefused(`GitHub's API answered ${status}`)
    throw new Fault('idp.unreachable', `GitHub's API answered ${status} to ${path.split('?', 1)[0]}`)
  }
}

const keptOf = (tokens: { access_token: string; refresh_token?: string }): Kept =>
  tokens.refresh_token === undefined ? `access ${tokens.access_token}` : `refresh ${tokens.refresh_token}`

/** GitHub answers a wrong code or refresh token with 200 and an `error`, where RFC 6749 §5.2 wants a 400. */
function isSpentCode(thrown: unknown): boolean {
  let cause: unknown = thrown
  for (let depth = 0; depth < 3 && cause instanceof Error; depth += 1) cause = cause.cause
  const body = isRecord(cause) && isRecord(cause['body']) ? cause['body'] : undefined
  return body?.['error'] === 'bad_verification_code' || body?.['error'] === 'bad_refresh_token'
}
