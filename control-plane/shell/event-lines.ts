import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import type { CallStatus, StatusMessage, TunnelStatus } from '../tui/status.ts'

/** Raised when a field changes its meaning or goes; fields and events may be added at any time. */
const EVENTS_VERSION = 1

export const hello = (user: User, nowMs: number): object => ({
  event: 'hello',
  version: EVENTS_VERSION,
  time: new Date(nowMs).toISOString(),
  user: user.id,
  email: user.email,
  tunnel: user.tunnelName,
})

/** Turns what a terminal would show into events; remembers what was told, so that it tells only changes. */
export function eventsOf(clock: Clock): (message: StatusMessage) => readonly object[] {
  const live = new Map<string, TunnelStatus>()
  return (message) => {
    const time = new Date('atMs' in message ? message.atMs : clock.nowMs()).toISOString()
    switch (message.kind) {
      case 'tunnel': {
        const { tunnel } = message
        const before = live.get(tunnel.route)
        if (!tunnel.live) return before !== undefined && live.delete(tunnel.route) ? [down(time, tunnel)] : []
        live.set(tunnel.route, tunnel)
        if (before === undefined || before.url !== tunnel.url) return [{ event: 'tunnel.up', time, ...factsOf(tunnel) }]
        const isSame =
          before.health === tunnel.health &&
          before.target === tunnel.target &&
          before.connectors === tunnel.connectors &&
          before.mode === tunnel.mode
        return isSame ? [] : [{ event: 'tunnel.changed', time, ...factsOf(tunnel) }]
      }
      case 'gone': {
        const before = live.get(message.route)
        return before !== undefined && live.delete(message.route) ? [down(time, before)] : []
      }
      case 'notice':
        return [{ event: message.about ?? 'notice', time, text: message.text }]
      case 'ended':
        return [{ event: 'ended', time, text: message.text, about: message.about }]
      case 'call':
        return [callOf(message.call)]
      case 'review':
        return [{ event: 'review.opened', time, review: message.review.id, kind: message.review.kind }]
      case 'reviewed':
        return [{ event: 'review.closed', time, review: message.id }]
      case 'log':
      case 'smudged':
        return []
    }
  }
}

const down = (time: string, { route, url }: TunnelStatus): object => ({ event: 'tunnel.down', time, route, url })

const factsOf = ({ route, url, target, mode, health, connectors }: TunnelStatus): object => ({
  route,
  url,
  target,
  mode,
  health,
  connectors,
})

const callOf = (call: CallStatus): object => ({
  event: call.durationMs === undefined ? 'call.decided' : 'call.completed',
  time: new Date(call.atMs).toISOString(),
  request_id: call.requestId,
  route: call.route,
  caller: call.caller,
  client: call.client,
  method: call.method,
  subject: call.subject,
  verdict: call.verdict,
  rule: call.rule,
  status: call.httpStatus,
  ms: call.durationMs,
  bytes: call.bytes,
})
