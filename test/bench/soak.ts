/**
 * `npm run soak`: a tunnel that reconnects every second for `SOAK_SECONDS` (600), with calls in between, through the real
 * Envoy. Every second connection is killed, every second one says goodbye. Prints the memory of the control plane and of
 * Envoy every ten seconds, and at the end how it grew after the warm-up: flat is what we want.
 */
import { setTimeout as sleep } from 'node:timers/promises'

import { startGateway } from '../system/support/gateway.ts'
import { post } from '../system/support/oauth.ts'
import { startSsh } from '../system/support/ssh.ts'
import { openTunnel } from '../system/support/tunnel.ts'
import { startUpstream } from '../system/support/upstream.ts'
import { until } from '../system/support/until.ts'
import { residentKb, type Sample, slopeOf } from '../system/support/memory.ts'

const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 600)
/** Compilers, pools and the young generation find their size. */
const WARM_UP_MINUTES = Math.min(2, SECONDS / 60 / 3)
const ROUND_MS = 1000
const REPORT_MS = 10_000
const CALLS_PER_ROUND = 10
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

await using upstream = await startUpstream((_request, response, body) => {
  const { id } = JSON.parse(body === '' ? '{}' : body) as { id?: unknown }
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
})
await using gateway = await startGateway({ env: { SALLYPORT_LOG: 'warn' } })
const tunnel = await openTunnel(gateway, { email: 'soak@example.com', port: upstream.port })
await tunnel.ssh.kill()
const envoy = await gateway.envoyPid()
const processes = { 'control plane': gateway.pid, envoy } as const
const samples: Record<keyof typeof processes, Sample[]> = { 'control plane': [], envoy: [] }

const startedMs = performance.now()
const minutes = (): number => (performance.now() - startedMs) / 60_000
let [rounds, calls, failures, reportedMs] = [0, 0, 0, 0]

while (performance.now() - startedMs < SECONDS * 1000) {
  const roundMs = performance.now()
  await reconnect()
  if (performance.now() - reportedMs >= REPORT_MS) report()
  await sleep(Math.max(0, ROUND_MS - (performance.now() - roundMs)))
}
for (const [name, all] of Object.entries(samples)) {
  const warm = all.filter((sample) => sample.minute >= WARM_UP_MINUTES)
  console.log(`${name}: ${slopeOf(warm).toFixed(0)} kB per minute after ${WARM_UP_MINUTES.toFixed(1)} minutes`)
}
console.log(`${rounds} connections, ${calls} calls, ${failures} calls failed`)

async function reconnect(): Promise<void> {
  const words = ['-N', '-R', `443:127.0.0.1:${upstream.port}`, 'localhost']
  const ssh = startSsh(gateway.sshPort, words, { key: tunnel.key })
  await until('the tunnel to answer', call)
  for (let index = 0; index < CALLS_PER_ROUND; index += 1) if (!(await call())) failures += 1
  await ssh.kill(rounds % 2 === 0 ? 'SIGKILL' : 'SIGTERM')
  rounds += 1
}

async function call(): Promise<boolean> {
  calls += 1
  const response = await post(tunnel.url, PING, { ...tunnel.bearer, connection: 'close' })
  await response.arrayBuffer()
  return response.ok
}

function report(): void {
  reportedMs = performance.now()
  const line = Object.entries(processes).map(([name, pid]) => {
    const kb = residentKb(pid)
    samples[name as keyof typeof processes].push({ minute: minutes(), kb })
    return `${name} ${(kb / 1024).toFixed(1)} MB`
  })
  console.log(
    `${minutes().toFixed(1).padStart(5)} min  ${line.join('  ')}  ${rounds} connections, ${failures} failures`,
  )
}
