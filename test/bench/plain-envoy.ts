import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { locateEnvoy } from '../../envoy/locate.ts'
import { freePort } from '../system/support/ports.ts'
import { until } from '../system/support/until.ts'

/** An Envoy that does nothing but forward to one port: the baseline for what any gateway on Envoy must cost. */
export async function startPlainEnvoy(upstreamPort: number): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort()
  const route = { match: { prefix: '/' }, route: { cluster: 'upstream', timeout: '0s' } }
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'plain',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route] }] },
    http_filters: [
      {
        name: 'router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  }
  const at = (portValue: number) => ({ socket_address: { address: '127.0.0.1', port_value: portValue } })
  const bootstrap = {
    static_resources: {
      listeners: [
        { name: 'plain', address: at(port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] },
      ],
      clusters: [
        {
          name: 'upstream',
          type: 'STATIC',
          load_assignment: {
            cluster_name: 'upstream',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: at(upstreamPort) } }] }],
          },
        },
      ],
    },
  }
  const file = join(mkdtempSync(join(tmpdir(), 'sallyport-bench-')), 'envoy.json')
  writeFileSync(file, JSON.stringify(bootstrap))
  const { path } = await locateEnvoy()
  const child = spawn(path, ['-c', file, '--disable-hot-restart', '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}/mcp`
  await until('plain Envoy to answer', () =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  )
  return { url, child }
}
