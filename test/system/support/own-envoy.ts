import { spawn } from 'node:child_process'

import { locateEnvoy } from '../../../envoy/locate.ts'
import { BOOTSTRAP } from '../../../envoy/supervise.ts'
import type { TestGateway } from './gateway.ts'
import { until } from './until.ts'

/** Restarts the gateway beside an Envoy that outlives it, as in compose: its control plane can be killed. */
export async function startBesideOwnEnvoy(gateway: TestGateway): Promise<Disposable> {
  const { path } = await locateEnvoy()
  await gateway.stop('SIGTERM')
  await gateway.serveOnly()
  const envoy = spawn(path, ['-c', BOOTSTRAP, '--disable-hot-restart', '--log-level', 'off'], {
    cwd: gateway.dataFolder,
    stdio: 'ignore',
  })
  const owned = { [Symbol.dispose]: () => void envoy.kill('SIGKILL') }
  try {
    await until('Envoy to serve', () =>
      fetch(`${gateway.url}/robots.txt`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
  } catch (cause) {
    owned[Symbol.dispose]()
    throw cause
  }
  return owned
}
