import type { IdentityProvider } from '../identity/identity-provider.ts'
import type { Clock } from '../kernel/clock.ts'
import { GitHub } from './github.ts'
import { OpenIdConnect } from './open-id-connect.ts'
import type { ProviderSettings } from './provider-settings.ts'

/** The configured providers by id. Asks nobody anything: a provider that is down never keeps the gateway from starting. */
export const openIdentityProviders = (
  settings: readonly ProviderSettings[],
  ports: { clock: Clock },
): ReadonlyMap<string, IdentityProvider> =>
  new Map(
    settings.map((provider) => [
      provider.id,
      provider.preset === 'github' ? new GitHub(provider) : new OpenIdConnect(provider, ports),
    ]),
  )
