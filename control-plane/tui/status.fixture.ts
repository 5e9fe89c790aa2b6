/** A tunnel and its calls, for tests and the bench. */
import type { CallStatus, TunnelStatus } from './status.ts'

export const TUNNEL: TunnelStatus = {
  route: 'calm-otter-4821',
  url: 'http://localhost:7800/calm-otter-4821/mcp',
  target: 'localhost:8080',
  live: true,
  health: 'ok',
  connectors: 1,
  mode: 'dynamic',
  sinceMs: 0,
}

/** 12:03 UTC. */
export const NOON_MS = Date.UTC(2026, 0, 2, 12, 3, 0)

export const callOf = (number: number, more: Partial<CallStatus> = {}): CallStatus => ({
  requestId: `r${number}`,
  route: TUNNEL.route,
  atMs: NOON_MS + (number % 60) * 1000,
  caller: 'bob@example.com',
  client: 'claude-code/2.1.3',
  method: 'tools/call',
  subject: 'add',
  verdict: 'allowed',
  rule: 'allow sallyport.yaml:12:7',
  httpStatus: 200,
  durationMs: 12.4,
  bytes: 1234,
  details: {
    clientAddress: '203.0.113.9',
    clientId: 'client-1',
    path: '/calm-otter-4821/mcp',
    session: 'ses_0123456789abcdef',
    scopes: ['mcp'],
    reasons: ['email-ok'],
    headers: [['user-agent', 'claude-code/2.1.3 (cli)']],
    arguments: '{"a":1,"b":2}',
    isError: undefined,
    bytesIn: 234,
    bytesOut: 1000,
    flags: '',
  },
  ...more,
})
