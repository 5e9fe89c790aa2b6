/**
 * `npm run bench`: the same MCP call four ways in one run: (a) straight to the upstream, (b) through a plain Envoy,
 * (c) through a plain Envoy and OpenSSH's own remote forward, (d) through Sallyport; then the token endpoint and the
 * authorize page, against a call as baseline; then decisions about a policy, checks of the authorizer, and
 * answers that are filtered or redacted, each alone in this process, what open screens cost, and the dock's tunnel against sshd's. Only the ratios say something; the absolute figures are this machine's.
 * Loopback only, about four minutes.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { sshCryptoIsNative } from '../../control-plane/ssh/ssh2-private.ts'
import { startGateway } from '../system/support/gateway.ts'
import { post } from '../system/support/oauth.ts'
import { startSsh } from '../system/support/ssh.ts'
import { openTunnel } from '../system/support/tunnel.ts'
import { until } from '../system/support/until.ts'
import { benchAnswers } from './answers.ts'
import { benchAuthorizer } from './authorizer.ts'
import { benchOAuth } from './oauth.ts'
import { measure, type Measured, type Path } from './load.ts'
import { benchPolicy } from './policy.ts'
import { startPlainEnvoy } from './plain-envoy.ts'
import { benchScreen } from './screen.ts'
import { startSshd } from './sshd.ts'
import { benchTunnel } from './tunnel.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 8)
/** Enough for about 20,000 calls on the slowest path: the first ones cost up to 1.8 times more. */
const WARM_UP_SECONDS = Number(process.env['BENCH_WARM_UP_SECONDS'] ?? 5)

if (!sshCryptoIsNative) {
  console.error(
    'The native SSH crypto binding is missing, so the figures would mean nothing\n  hint: npm rebuild, with a C++ compiler installed',
  )
  process.exit(1)
}

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

const children: ChildProcess[] = []
const { port, child: upstream } = await startUpstream()
children.push(upstream)
const plain = await startPlainEnvoy(port)
const sshd = await startSshd(port)
const overSshd = await startPlainEnvoy(sshd.port)
children.push(plain.child, ...sshd.children, overSshd.child)
await using gateway = await startGateway({ env: { SALLYPORT_LOG: 'warn' } })
const tunnel = await openTunnel(gateway, { email: 'bench@example.com', port })
await tunnel.ssh.kill()
// Without a session channel: nobody reads thousands of lines a second, and printing them is not what is measured.
const quiet = startSsh(gateway.sshPort, ['-N', '-R', `443:127.0.0.1:${port}`, 'localhost'], { key: tunnel.key })
await until('the quiet tunnel to answer', async () => (await post(tunnel.url, PING, tunnel.bearer)).ok)
if (quiet.child.pid !== undefined) children.push(quiet.child)

const paths: readonly Path[] = [
  { name: 'a  direct', url: `http://127.0.0.1:${port}/mcp`, processes: {} },
  { name: 'b  plain Envoy', url: plain.url, processes: { envoy: plain.child.pid ?? 0 } },
  {
    name: 'c  plain Envoy + sshd',
    url: overSshd.url,
    processes: { envoy: overSshd.child.pid ?? 0, 'ssh client': sshd.children[0]?.pid ?? 0 },
  },
  {
    name: 'd  Sallyport',
    url: tunnel.url,
    token: tunnel.tokens.access_token,
    processes: {
      envoy: await gateway.envoyPid(),
      'control plane': gateway.pid,
      'ssh client': quiet.child.pid ?? 0,
    },
  },
]

let failed = false
try {
  for (const connections of [1, 32]) {
    console.log(`\n${connections} ${connections === 1 ? 'connection' : 'connections'}, ${SECONDS} s each`)
    console.log(
      `${'path'.padEnd(24)}${'calls/s'.padStart(9)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}  CPU µs per call`,
    )
    const measured = new Map<string, Measured>()
    for (const path of paths) {
      const result = await measure(path, {
        connections,
        seconds: SECONDS,
        warmUpSeconds: connections === 1 ? 1 : WARM_UP_SECONDS,
      })
      measured.set(path.name.slice(0, 1), result)
      failed ||= result.errors > 0
      console.log(lineOf(path, result))
    }
    const rate = (name: string): number => measured.get(name)?.callsPerSecond ?? Number.NaN
    console.log(`(d)/(b) = ${(rate('d') / rate('b')).toFixed(2)}   (d)/(c) = ${(rate('d') / rate('c')).toFixed(2)}`)
  }
  benchPolicy()
  benchAuthorizer()
  benchAnswers()
  await benchScreen()
  await benchTunnel()
  failed = !(await benchOAuth(gateway.url, tunnel)) || failed
} finally {
  for (const child of children) child.kill('SIGKILL')
}
process.exitCode = failed ? 1 : 0

function lineOf(path: Path, { callsPerSecond, p50Ms, p99Ms, errors, cpuMicroseconds }: Measured): string {
  const cpu = Object.entries(cpuMicroseconds).map(([name, value]) => `${name} ${value.toFixed(0)}`)
  const trouble = errors === 0 ? '' : `  ${errors} ERRORS`
  return `${path.name.padEnd(24)}${callsPerSecond.toFixed(0).padStart(9)}${p50Ms.toFixed(2).padStart(9)}${p99Ms.toFixed(2).padStart(9)}  ${cpu.join(', ')}${trouble}`
}

async function startUpstream(): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('upstream.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  return {
    child,
    port: await until('the upstream to listen', () => Number(/PORT (\d+)/.exec(output)?.[1]) || undefined),
  }
}
