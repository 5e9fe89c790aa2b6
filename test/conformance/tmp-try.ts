import { startEverything } from '../fixture/everything/everything.ts'
import { startGateway } from '../system/support/gateway.ts'
import { openTunnel } from '../system/support/tunnel.ts'
import { startForwarder } from './forwarder.ts'
import { compare } from './compare.ts'
import { runServerSuite, REVISIONS } from './suite.ts'
const everything = await startEverything()
const gateway = await startGateway()
const tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: everything.port })
const fw = await startForwarder({ url: tunnel.url, authorization: tunnel.bearer.authorization })
for (const r of REVISIONS) {
  const a = await runServerSuite(everything.url, r)
  const b = await runServerSuite(everything.url, r)
  const c = await runServerSuite(fw.url, r)
  for (const x of compare(a, b)) if (x.differences.length) console.log('DD', r, x.scenario, x.differences.join('\n'))
  for (const x of compare(a, c)) if (x.differences.length) console.log('DT', r, x.scenario, x.differences.join('\n'))
}
await fw[Symbol.asyncDispose](); await tunnel[Symbol.asyncDispose](); await gateway[Symbol.asyncDispose](); await everything[Symbol.asyncDispose]()
