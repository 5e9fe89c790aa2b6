import { errors, type Provider } from 'oidc-provider'

import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import type { Grants } from '../oauth/grants.ts'
import type { IdJag } from '../oauth/id-jag.ts'
import { DEFAULT_SCOPE, grantType } from '../oauth/support.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'

export interface EnterpriseGrantPorts {
  /** Throws with a sentence for the client's developer where the assertion is not good. */
  readonly verifyAssertion: (assertion: string) => Promise<IdJag>
  /** The person whom a trusted issuer speaks of; undefined where they have no account and may not get one. */
  readonly findPerson: (assertion: IdJag) => Promise<User | undefined>
  readonly findResource: (
    resource: string,
  ) => { readonly audience: string; readonly scopes: readonly string[] } | undefined
  readonly store: OAuthPayloadStore
  readonly grants: Grants
  readonly clock: Clock
  readonly random: Random
  readonly accessTokenSeconds: number
}

type Parameters = { assertion?: string; scope?: string; resource?: string }

/**
 * Enterprise-managed authorization: the company's identity provider has decided that this person may use this client
 * here, and says so in an ID-JAG. No consent page, no refresh token: the client brings a new assertion instead.
 */
export function registerEnterpriseGrant(provider: Provider, ports: EnterpriseGrantPorts): void {
  provider.registerGrantType<Parameters>(
    grantType.jwtBearer,
    async (ctx) => {
      const { client, params } = ctx.oidc
      if (typeof params.assertion !== 'string') throw new errors.InvalidRequest('the assertion parameter is missing')
      const assertion = await ports.verifyAssertion(params.assertion).catch((cause: unknown) => {
        throw new errors.InvalidGrant(cause instanceof Error ? cause.message : 'the assertion is not good')
      })
      if (assertion.clientId !== client.clientId) throw new errors.InvalidGrant('the assertion is for another client')
      const target = targetOf(assertion, params, ports)
      const scope = scopeOf(assertion, params, target.scopes)
      const user = await ports.findPerson(assertion)
      if (user === undefined) throw new errors.InvalidGrant('the person of this assertion has no account here')
      await takeOnce(assertion, ports.store)

      const grant = new provider.Grant({ accountId: user.id, clientId: client.clientId })
      grant.jti = newId('grt', ports.random)
      grant.addResourceScope(target.audience, scope)
      // The grant is worth as much as this one token: the next assertion makes the next.
      const grantId = await grant.save()
      await ports.grants.add({
        id: grantId,
        userId: user.id,
        clientId: client.clientId,
        clientName: client.clientName ?? client.clientId,
        resource: target.audience,
        scope,
        redirectHost: undefined,
        expiresAtMs: ports.clock.nowMs() + ports.accessTokenSeconds * 1000,
      })
      const token = new provider.AccessToken({ accountId: user.id, client, grantId, gty: 'jwt_bearer', scope })
      token.resourceServer = new provider.ResourceServer(target.audience, {
        scope: target.scopes.join(' '),
        audience: target.audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: ports.accessTokenSeconds,
        jwt: { sign: { alg: 'ES256' } },
      })
      token.scope = scope
      const value = await token.save()
      ctx.body = { access_token: value, expires_in: ports.accessTokenSeconds, scope, token_type: token.tokenType }
    },
    ['assertion', 'scope', 'resource'],
  )
}

/** The assertion's own resource binds; the request may repeat it, not replace it. */
function targetOf(
  assertion: IdJag,
  params: Parameters,
  ports: EnterpriseGrantPorts,
): { readonly audience: string; readonly scopes: readonly string[] } {
  const resource = assertion.resource ?? params.resource
  const target = resource === undefined ? undefined : ports.findResource(resource)
  if (target === undefined) throw new errors.InvalidTarget('there is no such resource here')
  if (params.resource !== undefined && ports.findResource(params.resource)?.audience !== target.audience) {
    throw new errors.InvalidTarget('the assertion is for another resource')
  }
  return target
}

/** What assertion, request and resource have in common. */
function scopeOf(assertion: IdJag, params: Parameters, known: readonly string[]): string {
  const words = (text: string | undefined): readonly string[] => text?.split(' ').filter((word) => word !== '') ?? known
  const granted = known.filter(
    (scope) =>
      (scope === DEFAULT_SCOPE || words(assertion.scope).includes(scope)) && words(params.scope).includes(scope),
  )
  if (!granted.includes(DEFAULT_SCOPE))
    throw new errors.InvalidScope('nothing of the requested scope can be granted', params.scope ?? '')
  return granted.join(' ')
}

/** Taken by the insert itself, so that of two requests with one assertion a single one gets a token. */
async function takeOnce(assertion: IdJag, store: OAuthPayloadStore): Promise<void> {
  const key = { model: 'Assertion', id: JSON.stringify([assertion.issuer, assertion.id]) }
  if (!(await store.putNew(key, {}, { expiresAtMs: assertion.expiresAtMs + 60_000 }))) {
    throw new errors.InvalidGrant('the assertion was used already')
  }
}
