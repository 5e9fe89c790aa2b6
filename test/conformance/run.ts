/**
 * `npm run conformance` runs the official suite against the "everything" server directly and through the gateway: both
 * must end the same, check by check. Then through a forwarder that is broken in several ways, each of which the
 * comparison must notice (`--broken` runs only those), and against the authorization server.
 */
import { startEverything } from '../fixture/everything/everything.ts'
import { startGateway, type TestGateway } from '../system/support/gateway.ts'
import { registerClient } from '../system/support/oauth.ts'
import { freePort } from '../system/support/ports.ts'
import { openTunnel, type OpenTunnel } from '../system/support/tunnel.ts'
import { compare, countOf } from './compare.ts'
import { BREAKAGES } from './damages.ts'
import { startForwarder } from './forwarder.ts'
import { Report } from './report.ts'
import { REVISIONS, runAuthorizationSuite, runServerSuite, scoredScenarios } from './suite.ts'

/** Its metadata, client-ID metadata documents (advertised only by configuration), and one whole code grant. */
const AUTHORIZATION_CHECKS = 3

const report = new Report()
await using everything = await startEverything()
await using gateway = await startGateway({ config: 'oauth: { client_id_metadata_documents: true }\n' })
await using tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: everything.port })
const target = { url: tunnel.url, authorization: tunnel.bearer.authorization }

if (!process.argv.includes('--broken')) {
  await runRevisions()
  await runAuthorization(gateway, tunnel)
}
await runBroken()
report.end()

async function runRevisions(): Promise<void> {
  await using forwarder = await startForwarder(target)
  for (const revision of REVISIONS) {
    const scored = await scoredScenarios(revision)
    const direct = await runServerSuite(everything.url, revision)
    const through = await runServerSuite(forwarder.url, revision)
    report.heading(revision)
    for (const comparison of compare(direct, through)) report.scenario(comparison, scored.has(comparison.scenario))
    for (const scenario of scored) if (!direct.has(scenario)) report.failed(`${scenario} is scored but did not run`)
    const unsupported = [...scored].filter((scenario) => countOf(direct.get(scenario) ?? [], 'FAILURE') > 0)
    report.unsupported(unsupported, revision)
  }
}

async function runAuthorization(gateway: TestGateway, tunnel: OpenTunnel): Promise<void> {
  const port = await freePort()
  const { body } = await registerClient(gateway.url, { redirect_uris: [`http://127.0.0.1:${port}/callback`] })
  const results = await runAuthorizationSuite(
    { issuer: gateway.url, clientId: String(body['client_id']), resource: tunnel.url, port },
    async (link) => {
      await tunnel.browser.submit(await tunnel.browser.open(link), 'Allow')
    },
  )
  report.heading('authorization server')
  const checks = [...results.values()].flat()
  for (const check of checks) report.check(check)
  const passed = countOf(checks, 'SUCCESS')
  if (passed !== AUTHORIZATION_CHECKS) report.failed(`${passed} of ${AUTHORIZATION_CHECKS} checks passed`)
}

async function runBroken(): Promise<void> {
  report.heading('a gateway broken on purpose')
  for (const { name, revision, scenario, damage } of BREAKAGES) {
    await using forwarder = await startForwarder(target, damage)
    const direct = await runServerSuite(everything.url, revision, scenario)
    const through = await runServerSuite(forwarder.url, revision, scenario)
    const noticed = compare(direct, through).some(({ differences }) => differences.length > 0)
    report.outcome(noticed, `one that ${name} is noticed by ${scenario} (${revision})`)
  }
}
