import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { hostAndPort } from '../kernel/host-and-port.ts'
import { locateEnvoy } from '../../envoy/locate.ts'
import { EnvoySupervisor } from '../../envoy/supervise.ts'
import type { Configuration } from '../config/load.ts'
import type { ListenAddress } from '../config/settings.ts'
import { Fault, systemCodeOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { openGateway, type ConfigurationFiles, type Gateway } from './gateway.ts'

export interface Running extends AsyncDisposable {
  readonly gateway: Gateway
}

const READY_WITHIN_MS = 15_000

/** The gateway with Envoy as a child. Resolves when the public address answers. */
export async function up(configuration: Configuration, log: Log, files?: ConfigurationFiles): Promise<Running> {
  const { listen, dataFolder } = configuration.settings
  for (const address of listen) await refuseTakenPort(address)
  const envoy = await locateEnvoy()
  const gateway = await openGateway(configuration, log, files)
  let supervisor: EnvoySupervisor | undefined
  const running: Running = {
    gateway,
    // Envoy goes first: it finishes what it has while the roles can still answer it.
    async [Symbol.asyncDispose]() {
      await supervisor?.[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
    },
  }
  try {
    supervisor = await EnvoySupervisor.start({ executable: envoy.path, dataFolder, log })
    for (const address of listen) await untilAnswering(address, READY_WITHIN_MS)
  } catch (cause) {
    await running[Symbol.asyncDispose]()
    throw cause
  }
  return running
}

/** Envoy shares a port with another process that has set SO_REUSEPORT, without a word: so we look first. */
async function refuseTakenPort({ host, port }: ListenAddress): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, resolve)
    })
  } catch (cause) {
    const place = hostAndPort(host, port)
    if (systemCodeOf(cause) === 'EADDRINUSE') {
      const hint = 'stop the other program, or choose another port with SALLYPORT_PUBLIC_URL or "listen"'
      throw new Fault('start.port_taken', `Cannot listen on ${place}: the port is taken`, { cause, hint })
    }
    throw new Fault('start.listen_failed', `Cannot listen on ${place}: ${systemCodeOf(cause) ?? String(cause)}`, {
      cause,
    })
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
}

async function untilAnswering({ host, port }: ListenAddress, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  const target = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  while (performance.now() < deadline) {
    if (await accepts(target, port)) return
    await sleep(20)
  }
  throw new Fault('start.envoy_not_ready', `Envoy did not listen on ${host}:${port} within ${withinMs / 1000} s`, {
    hint: 'the log says what it refused',
  })
}

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
