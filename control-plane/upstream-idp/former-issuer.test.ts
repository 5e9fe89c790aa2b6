import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { systemClock } from '../kernel/clock.ts'
import { Secret } from '../kernel/secret.ts'
import { openIdentityProviders } from './open.ts'
import type { ProviderSettings } from './provider-settings.ts'

const settings = (preset: ProviderSettings['preset'], issuer: string): ProviderSettings => ({
  id: 'sso',
  name: 'SSO',
  preset,
  issuer,
  clientId: 'gateway',
  clientSecret: undefined,
  scopes: [],
  claims: {},
  trustEmail: false,
  signUp: true,
  refreshMs: 60_000,
  maxStaleMs: 60_000,
  allowed: { domains: undefined, emails: undefined, hostedDomains: undefined, tenants: undefined, groups: undefined },
})

// The operator has moved to another identity provider and left its entry the name. What people's tokens of the former one
// are is nothing that the new one should hear, whoever runs it.
test.each(['oidc', 'github', 'entra'] as const)(
  'a refresh token of a former issuer is not sent to the new one (%s)',
  async (preset) => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked += 1
      response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const provider = openIdentityProviders([settings(preset, issuer)], { clock: systemClock }).get('sso')

    const former = await provider?.refresh(new Secret('refresh secret'), {
      issuer: 'https://old.example',
      subject: '1',
    })
    const askedForFormer = asked
    const own = await provider?.refresh(new Secret('refresh secret'), { issuer, subject: '1' })
    server.close()

    expect(former?.kind).toBe('ended')
    expect(askedForFormer).toBe(0)
    expect(own?.kind).toBe('failed')
    expect(asked).toBeGreaterThan(0)
  },
)
