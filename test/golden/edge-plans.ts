import { Secret } from '../../control-plane/kernel/secret.ts'
import type { EdgePlan } from '../../control-plane/xds/edge-plan.ts'

/** The zero-configuration default. */
export const pathMode: EdgePlan = {
  listen: [{ host: '127.0.0.1', port: 7800 }],
  tls: undefined,
  ownHosts: ['localhost', '127.0.0.1', '[::1]'],
  addressing: { mode: 'path' },
  routeHosts: [],
  fixedRoutes: [{ key: 'weather', host: 'weather.internal', port: 9000 }],
  webPrefixes: ['/oauth/', '/sign-in', '/interaction/', '/console', '/assets/'],
  webPaths: ['/'],
  sockets: { web: './run/web.sock', control: './run/control-plane.sock', approvals: './run/approvals.sock', authorizers: ['./run/authorizer-0.sock'] },
  maxBodyBytes: 4_194_304,
  maxAnonymousBodyBytes: 65_536,
}

/** Production: a wildcard for tunnels, one route from a file, two authorizers. */
export const hostModeOf = (tls: EdgePlan['tls']): EdgePlan => ({
  ...pathMode,
  listen: [{ host: '0.0.0.0', port: 7843 }],
  tls,
  ownHosts: ['gateway.example.com'],
  addressing: { mode: 'host', tunnelDomain: 'tunnels.example.net' },
  routeHosts: ['wiki.example.org'],
  fixedRoutes: [
    { key: 'wiki.example.org', host: '127.0.0.1', port: 8000 },
    { key: 'tickets', host: 'mcp.tickets.example', port: 443, tls: { authorityPem: undefined } },
    { key: 'ledger', host: '10.0.0.7', port: 8443, tls: { authorityPem: tls?.certificateChainPem } },
  ],
  authoritiesPem: tls?.certificateChainPem,
  sockets: { ...pathMode.sockets, authorizers: ['./run/authorizer-0.sock', './run/authorizer-1.sock'] },
})

/** Stands in for a certificate where only its place matters. */
export const placeholderTls: EdgePlan['tls'] = {
  certificateChainPem: '(certificate chain)',
  privateKeyPem: new Secret('(private key)'),
}

export const connector = {
  id: 'con_abcdefghijklmnopqrstuvwxyz',
  socketPath: './run/c/4f1c.sock',
  target: 'localhost:8080',
}
