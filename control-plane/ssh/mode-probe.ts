/**
 * Finds out whether a client forwards to a fixed target (static) or is a SOCKS server (dynamic): the request looks the
 * same on the wire. A pure state machine: it is told what happened on its channel and says what to do next.
 *
 * Nothing is decided by time. A client answers global requests in the order in which it took our bytes, so after a few
 * round trips a dynamic OpenSSH has already closed the channel (it drops what is no SOCKS at once) or answered the
 * greeting. Silence after them is a server behind a fixed target that is waiting for more.
 */
import type { ConnectorHealth } from '../tunnels/connector.ts'
import type { ForwardMode } from '../tunnels/forward.ts'
import { connectRequest, GREETING, type Reply, replyReader } from './socks.ts'
import type { Target } from './target.ts'

/** Harmless to an HTTP server (RFC 9112 §2.2) and long enough that SOCKS cannot wait for more; `0d 0a` is not. */
export const SAFE_BYTES = Buffer.from('\r\n\r\n')

/**
 * OpenSSH's loop decodes, queues its answer and sends it in successive turns, each of which one round trip outlasts;
 * the third is a margin.
 */
export const ROUND_TRIPS = 3

export type ProbeEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'open_failed' }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** EOF or CLOSE. */
  | { readonly kind: 'ended' }
  /** ROUND_TRIPS passed since the last act. */
  | { readonly kind: 'settled' }

export type ProbeAct =
  | { readonly kind: 'open' }
  | { readonly kind: 'send'; readonly bytes: Buffer }
  | { readonly kind: 'wait' }
  | { readonly kind: 'decided'; readonly mode: ForwardMode; readonly health: ConnectorHealth }

export interface ModeProbe {
  readonly first: ProbeAct
  next(event: ProbeEvent): ProbeAct
}

const WAIT: ProbeAct = { kind: 'wait' }
const decided = (mode: ForwardMode, health: ConnectorHealth): ProbeAct => ({ kind: 'decided', mode, health })

type Step = 'opening' | 'safe bytes' | 'reopening' | 'greeting' | 'connecting' | 'over'

/**
 * `targetNow` is where a dynamic client will be sent; it is tried at once, so that its health is known. Asked late, because
 * the words after the host arrive while the probe is under way.
 */
export function modeProbe(targetNow: () => Target): ModeProbe {
  let step: Step = 'opening'
  let greeted: readonly number[] = []
  let readReply: (chunk: Buffer) => Reply = replyReader('connect')

  const go = (to: Step, act: ProbeAct): ProbeAct => {
    step = to
    return act
  }
  const end = (mode: ForwardMode, health: ConnectorHealth): ProbeAct => go('over', decided(mode, health))

  const afterOpening = (event: ProbeEvent, bytes: Buffer, then: Step): ProbeAct => {
    switch (event.kind) {
      case 'opened':
        return go(then, { kind: 'send', bytes })
      case 'open_failed':
        // Only a fixed target can fail to open: a SOCKS server is the client itself.
        return end('static', 'refused')
      case 'settled':
        // A SOCKS server confirms at once; this one is still trying to reach its target.
        return end('static', 'unknown')
      case 'bytes':
      case 'ended':
        return WAIT
    }
  }

  const afterSafeBytes = (event: ProbeEvent): ProbeAct => {
    switch (event.kind) {
      case 'bytes':
      case 'settled':
        return end('static', 'ok')
      case 'ended':
        // A SOCKS server, or a fixed target whose server dislikes empty lines: only the greeting tells.
        return go('reopening', { kind: 'open' })
      case 'opened':
      case 'open_failed':
        return WAIT
    }
  }

  const afterGreeting = (event: ProbeEvent): ProbeAct => {
    switch (event.kind) {
      case 'bytes': {
        greeted = [...greeted, ...event.bytes.subarray(0, 2)].slice(0, 2)
        if (greeted[0] !== 5 || (greeted.length === 2 && greeted[1] !== 0)) return end('static', 'ok')
        if (greeted.length < 2) return WAIT
        readReply = replyReader('connect')
        const { host, port } = targetNow()
        return go('connecting', { kind: 'send', bytes: connectRequest(host, port) })
      }
      case 'ended':
      case 'settled':
        return end('static', 'ok')
      case 'opened':
      case 'open_failed':
        return WAIT
    }
  }

  const afterConnect = (event: ProbeEvent): ProbeAct => {
    switch (event.kind) {
      case 'bytes': {
        const reply = readReply(event.bytes)
        if (reply.kind === 'more') return WAIT
        return end('dynamic', reply.kind === 'connected' ? 'ok' : 'refused')
      }
      case 'ended':
        return end('dynamic', 'refused')
      case 'settled':
        return end('dynamic', 'unknown')
      case 'opened':
      case 'open_failed':
        return WAIT
    }
  }

  return {
    first: { kind: 'open' },
    next(event) {
      switch (step) {
        case 'opening':
          return afterOpening(event, SAFE_BYTES, 'safe bytes')
        case 'safe bytes':
          return afterSafeBytes(event)
        case 'reopening':
          return afterOpening(event, GREETING, 'greeting')
        case 'greeting':
          return afterGreeting(event)
        case 'connecting':
          return afterConnect(event)
        case 'over':
          return WAIT
      }
    },
  }
}
