import type Provider from 'oidc-provider'

import type { Attempts } from '../attempts/attempts.ts'
import { adapterFactory } from '../authorization-server/adapter.ts'
import { AttemptNotes } from '../authorization-server/attempt-notes.ts'
import { AuthorizationServer } from '../authorization-server/authorization-server.ts'
import { ClientDocuments } from '../authorization-server/client-documents.ts'
import { ConsentDesk } from '../authorization-server/consent.ts'
import { DeviceDesk } from '../authorization-server/device-desk.ts'
import { registerEnterpriseGrant } from '../authorization-server/enterprise-grant.ts'
import type { OAuthPayloadStore } from '../authorization-server/oauth-payload-store.ts'
import { createProvider, type ProtectedResource, type ShownError } from '../authorization-server/provider.ts'
import { RefreshRace } from '../authorization-server/refresh-race.ts'
import { Registrations } from '../authorization-server/registration.ts'
import type { Settings } from '../config/settings.ts'
import type { StandingFeed } from '../identity/standing-feed.ts'
import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Current } from '../kernel/current.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import type { Random } from '../kernel/random.ts'
import { deriveKey } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import type { AccessTokens } from '../oauth/access-tokens.ts'
import { actsForItself } from '../oauth/configured-client.ts'
import type { Grants } from '../oauth/grants.ts'
import { IdJagVerifier, type IdJag } from '../oauth/id-jag.ts'
import type { SigningKeys } from '../oauth/signing-keys.ts'
import { DEFAULT_SCOPE, supportOf, type Support } from '../oauth/support.ts'
import { watchEgress } from '../outbound/egress.ts'
import type { OutboundFetch } from '../outbound/outbound.ts'
import { scopesOf } from '../policy/compile.ts'
import { locateResource } from '../routes/addressing.ts'
import { policyScopesOf, type Publication, type Routes } from '../routes/publication.ts'
import { clientErrorPage } from '../web/pages/client-error.ts'
import { renderPage } from '../web/pages/layout.ts'
import { CLIENT_ADDRESS_HEADER } from '../xds/names.ts'

export interface Authorization {
  readonly server: AuthorizationServer
  readonly consent: ConsentDesk
  readonly devices: DeviceDesk
  support(): Support
}

export interface AuthorizationPorts {
  readonly payloads: OAuthPayloadStore
  readonly secretKey: Secret<Buffer>
  readonly standing: StandingFeed
  readonly signingKeys: SigningKeys
  readonly grants: Grants
  readonly accessTokens: AccessTokens
  readonly routes: Routes
  readonly outbound: OutboundFetch
  readonly findPerson: (assertion: IdJag) => Promise<User | undefined>
  readonly attempts: Attempts
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly lifecycle: Lifecycle
}

/** The authorization server with everything that it stands on. */
export function openAuthorization(
  settings: Settings,
  publication: Current<Publication>,
  ports: AuthorizationPorts,
): Authorization {
  const { payloads, grants, clock, random, standing, outbound } = ports
  const { oauth, addressing } = settings
  const issuer = addressing.publicUrl
  let documents = oauth.clientIdMetadataDocuments === true
  let scopesAsked = policyScopesOf(publication.value)
  const support = (): Support =>
    supportOf({
      policyScopes: scopesAsked,
      clientIdMetadataDocuments: documents,
      enterpriseManaged: oauth.enterpriseIssuers.length > 0,
      machines: oauth.clients.some(actsForItself),
    })
  const findResource = (resource: string): ProtectedResource | undefined => {
    const location = locateResource(addressing, resource)
    const route = location === undefined ? undefined : ports.routes.find(location.route)
    if (location === undefined || route === undefined) return undefined
    return { audience: location.resource, scopes: [DEFAULT_SCOPE, ...scopesOf(route.policy)] }
  }
  const addressOf = (headers: NodeJS.Dict<string | string[]>): string => String(headers[CLIENT_ADDRESS_HEADER] ?? '')
  const refreshRace = new RefreshRace({ store: payloads, clock })
  const notes = new AttemptNotes({
    book: ports.attempts,
    clock,
    networkOf: (headers) => neighbourhoodOf(addressOf(headers)),
  })
  const adapter = adapterFactory({
    store: payloads,
    clock,
    refreshRace,
    onGrantRevoked: async (id) => void (await grants.revoke(id)),
  })
  const clientDocuments = new ClientDocuments({ fetch: outbound, store: payloads, clock, support })
  const cookieKey = new Secret(deriveKey(ports.secretKey, 'cookies').reveal().toString('base64url'))
  const assertions = new IdJagVerifier({
    issuers: oauth.enterpriseIssuers,
    audience: issuer.origin,
    fetchJson: async (url) => JSON.parse((await outbound(url)).body) as unknown,
    nowMs: () => clock.nowMs(),
  })
  const accessTokenSeconds = oauth.accessTokenMs / 1000
  const build = (newClientId: (request: object) => string): Provider => {
    const provider = createProvider(
      {
        issuer: issuer.origin,
        signingKeys: ports.signingKeys.keys,
        cookieKeys: [cookieKey],
        dpopNonceKey: deriveKey(ports.secretKey, 'dpop nonces of the authorization server'),
        accessTokenSeconds,
        support: support(),
        clients: oauth.clients,
      },
      {
        adapter,
        standing: standing.copy,
        random,
        findResource,
        newClientId,
        fetch: clientDocuments.fetch,
        addressOf,
        referenceOf: (request) => notes.referenceOf(request),
        renderError,
      },
    )
    if (oauth.enterpriseIssuers.length > 0) {
      registerEnterpriseGrant(provider, {
        verifyAssertion: (assertion) => assertions.verify(assertion),
        findPerson: ports.findPerson,
        findResource,
        store: payloads,
        grants,
        clock,
        random,
        accessTokenSeconds,
      })
    }
    return provider
  }
  const server = new AuthorizationServer({
    issuer,
    support,
    build,
    refreshRace,
    registrations: new Registrations({ store: payloads, clock, random }),
    accessTokens: ports.accessTokens,
    guessResource: (address) => ports.attempts.lastTargetOf(neighbourhoodOf(address), clock.nowMs()),
    notes,
    addressOf,
    log: ports.log,
  })
  publication.subscribe((next) => {
    const asked = policyScopesOf(next)
    if (asked.toSorted().join(' ') === scopesAsked.toSorted().join(' ')) return
    scopesAsked = asked
    server.rebuild()
  })
  if (oauth.clientIdMetadataDocuments === 'auto') {
    const egress = watchEgress(outbound, (isOpen) => {
      documents = isOpen
      server.rebuild()
    })
    ports.lifecycle.own('egress', egress)
  }
  const provider = (): Provider => server.provider
  return {
    server,
    support,
    consent: new ConsentDesk({ provider, grants, payloads, random }),
    devices: new DeviceDesk({ provider, grants, payloads, clock, random }),
  }
}

const renderError = (error: ShownError): string => renderPage(clientErrorPage(error), '')
