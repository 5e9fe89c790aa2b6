import { randomBytes } from 'node:crypto'

import { ClaimsRefresh } from '../../../control-plane/identity/claims-refresh.ts'
import { Identities } from '../../../control-plane/identity/identities.ts'
import type { IdentityProvider, UpstreamSignIn } from '../../../control-plane/identity/identity-provider.ts'
import { SignUpRule, type SignUpMode } from '../../../control-plane/identity/sign-up.ts'
import { StandingFeed } from '../../../control-plane/identity/standing-feed.ts'
import type { StandingDelta } from '../../../control-plane/identity/standing.ts'
import { localTopic } from '../../../control-plane/kernel/bus.ts'
import { silentLog } from '../../../control-plane/kernel/log.ts'
import { systemRandom } from '../../../control-plane/kernel/random.ts'
import { SecretBox } from '../../../control-plane/kernel/secret-box.ts'
import { Secret } from '../../../control-plane/kernel/secret.ts'
import { accountStore } from '../../../control-plane/store/account-store.ts'
import { identityStore } from '../../../control-plane/store/identity-store.ts'
import { openStore } from '../../../control-plane/store/open.ts'
import { openIdentityProviders } from '../../../control-plane/upstream-idp/open.ts'
import type { ProviderSettings } from '../../../control-plane/upstream-idp/provider-settings.ts'
import { ScriptedBrowser } from './browser.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

const REDIRECT = 'http://127.0.0.1:9/sign-in/callback/corp'

export const settingsOf = (rest: Partial<ProviderSettings> & { readonly issuer: string }): ProviderSettings => ({
  id: 'corp',
  name: 'Corp',
  preset: 'oidc',
  clientId: 'gateway',
  clientSecret: undefined,
  scopes: [],
  claims: {},
  allowed: { domains: undefined, emails: undefined, hostedDomains: undefined, tenants: undefined, groups: undefined },
  signUp: true,
  trustEmail: false,
  refreshMs: HOUR,
  maxStaleMs: 24 * HOUR,
  ...rest,
})

/** The identity side of a gateway in this process, over a real database, with a clock that the test moves. */
export async function openIdentityWorld(settings: readonly ProviderSettings[], mode: SignUpMode = 'open') {
  const clock = { atMs: Date.now(), nowMs: () => clock.atMs }
  const store = await openStore(':memory:')
  const box = new SecretBox(new Secret(randomBytes(32)), systemRandom)
  const rows = identityStore(store.db, box)
  const topic = localTopic<StandingDelta>()
  const standing = new StandingFeed(topic, clock)
  const open = (configured: readonly ProviderSettings[]) => {
    const providers = openIdentityProviders(configured, { clock })
    const signUp = new SignUpRule({ mode, hasUsers: () => standing.copy.hasUsers, random: systemRandom })
    const shared = { store: rows, providers, standing, signUp, clock, random: systemRandom, log: silentLog }
    const identities = new Identities(shared)
    return { providers, identities, refresh: new ClaimsRefresh({ ...shared, identities }) }
  }
  return {
    ...open(settings),
    /** A gateway that starts over the same database. */
    restart: open,
    rows,
    accounts: accountStore(store.db),
    db: store.db,
    standing: standing.copy,
    topic,
    advance: (ms: number): void => void (clock.atMs += ms),
    async [Symbol.asyncDispose]() {
      await standing[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

/** One way through the provider's pages, in a browser of its own; what comes back is checked and read. */
export async function comeBackFrom(provider: IdentityProvider, redirectUri = REDIRECT): Promise<UpstreamSignIn> {
  const secret = (): string => randomBytes(32).toString('base64url')
  const attempt = { state: secret(), nonce: secret(), verifier: secret(), redirectUri }
  const address = await provider.begin(attempt, { choose: false })
  if (!address.ok) throw new Error(address.error.detail)
  const back = await new ScriptedBrowser({ stopAt: [redirectUri] }).open(address.value.href)
  const upstream = await provider.finish(new URL(back.url), attempt)
  if (!upstream.ok) throw new Error(`${upstream.error.kind}: ${upstream.error.detail}`)
  return upstream.value
}
