import { expect } from 'vitest'

import { ScriptedBrowser, type Visited } from './browser.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { startBentProvider, type BentProvider } from './identity-provider.ts'
import { startUpstream } from './upstream.ts'

export const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
export const CORP_SECRET = 'the secret of corp'

/** A gateway with three providers that a test can bend, and a route for the boss. */
export interface BentGateway extends AsyncDisposable {
  readonly gateway: TestGateway
  readonly corp: BentProvider
  readonly evil: BentProvider
  /** Microsoft's, where the issuer is a template and `TENANT` is the one that may come in. */
  readonly entra: BentProvider
  /** Everybody is honest again. */
  straighten(): void
}

export async function startBentGateway(): Promise<BentGateway> {
  const upstream = await startUpstream()
  const corp = await startBentProvider()
  const evil = await startBentProvider()
  const entra = await startBentProvider({ path: '/common/v2.0' })
  const straighten = (): void => {
    for (const provider of [corp, evil, entra]) {
      provider.bend = (claims) => claims
      provider.forge = undefined
      provider.answer = {}
      provider.metadata = { id_token_signing_alg_values_supported: ['ES256', 'HS256', 'none'] }
      provider.careless = false
    }
    corp.claims = { sub: 'ann', email: 'ann@example.com', email_verified: true }
    evil.claims = { sub: 'mallory', email: 'mallory@evil.example', email_verified: true }
    entra.metadata = { issuer: `${entra.origin}/{tenantid}/v2.0` }
    entra.claims = { iss: `${entra.origin}/${TENANT}/v2.0`, tid: TENANT, oid: 'ann', sub: 'pairwise' }
  }
  straighten()
  const gateway = await startGateway({
    config: `
identity_providers:
  - { id: corp, name: Corp, issuer: "${corp.issuer}", client_id: gateway, client_secret_file: corp.secret }
  - { id: evil, name: Evil, issuer: "${evil.issuer}", client_id: gateway }
  - id: entra
    preset: entra
    issuer: "${entra.issuer}"
    client_id: gateway
    allowed: { tenants: [${TENANT}] }
routes:
  - from: http://localhost:PORT/boss
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { or: [{ email: boss@example.com }, { domain: boss.example }] } }]
`,
    files: { 'corp.secret': CORP_SECRET },
  })
  return {
    gateway,
    corp,
    evil,
    entra,
    straighten,
    async [Symbol.asyncDispose]() {
      for (const open of [entra, evil, corp, upstream, gateway]) await open[Symbol.asyncDispose]()
    },
  }
}

/** A browser that has been at the provider, and holds its answer in its hand. */
export async function comeBackWith(
  gateway: TestGateway,
  name: string,
): Promise<{ readonly browser: ScriptedBrowser; readonly answer: string }> {
  const browser = new ScriptedBrowser({ stopAt: [`${gateway.url}/sign-in/callback/`] })
  const page = await browser.follow(await browser.open(`${gateway.url}/sign-in/form`), `Continue with ${name}`)
  return { browser, answer: page.url }
}

/** The page says no, and nobody is signed in. */
export async function assertRefusal(page: Visited, browser: ScriptedBrowser, status = 502): Promise<void> {
  expect(page.status).toBe(status)
  const home = await browser.resume(new URL('/', page.url).href)
  expect(home.html).not.toContain('Your tunnel')
}
