import { ClaimsRefresh } from '../identity/claims-refresh.ts'
import { Identities } from '../identity/identities.ts'
import type { IdentityProvider } from '../identity/identity-provider.ts'
import type { SignUpRule } from '../identity/sign-up.ts'
import type { StandingFeed } from '../identity/standing-feed.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import { identityStore } from '../store/identity-store.ts'
import { Presence } from '../tunnels/presence.ts'
import { openIdentityProviders } from '../upstream-idp/open.ts'
import type { ProviderSettings } from '../upstream-idp/provider-settings.ts'
import type { BrainPorts } from './brain.ts'

/** Identity providers, and who people are by their word. */
export interface Upstream {
  readonly providers: ReadonlyMap<string, IdentityProvider>
  readonly identities: Identities
}

const SWEEP_MS = 60_000

/** Call it once every user is published: what an identity comes to is published over them. */
export async function openUpstream(
  settings: readonly ProviderSettings[],
  ports: BrainPorts & { box: SecretBox; standing: StandingFeed; signUp: SignUpRule },
): Promise<Upstream> {
  const { topics, log, lifecycle } = ports
  const providers = openIdentityProviders(settings, ports)
  const store = identityStore(ports.store.db, ports.box)
  const identities = new Identities({ ...ports, store, providers })
  const refresh = lifecycle.own('claims refresh', new ClaimsRefresh({ ...ports, store, providers, identities }))
  await refresh.load()

  // Whoever calls or serves is active; nobody else's claims are asked for.
  topics.events.subscribe((event) => {
    if (event.kind === 'call.decided' && event.caller !== undefined) refresh.touch(event.caller.userId)
  })
  const serving = new Presence()
  topics.presence.subscribe((change) => serving.apply(change))
  const timer = setInterval(() => {
    for (const { userId } of serving.all()) refresh.touch(userId)
    refresh.sweep().catch((cause: unknown) => log.error('identity.sweep_failed', { cause: String(cause) }))
  }, SWEEP_MS)
  lifecycle.own('claims timer', { [Symbol.asyncDispose]: async () => clearInterval(timer) })
  return { providers, identities }
}
