import { Transform, type TransformCallback } from 'node:stream'

import type { Damage } from './forwarder.ts'
import type { Revision } from './suite.ts'

/** A gateway that is broken on purpose, and a scenario that must then end differently. */
export interface Breakage {
  readonly name: string
  readonly revision: Revision
  readonly scenario: string
  readonly damage: Damage
}

export const BREAKAGES: readonly Breakage[] = [
  {
    name: 'drops Mcp-Session-Id from requests',
    revision: '2025-11-25',
    scenario: 'tools-list',
    damage: { requestHeader: 'mcp-session-id' },
  },
  {
    name: 'drops Mcp-Session-Id from answers',
    revision: '2025-11-25',
    scenario: 'server-session-lifecycle',
    damage: { responseHeader: 'mcp-session-id' },
  },
  {
    name: 'swallows a progress notification',
    revision: '2025-11-25',
    scenario: 'tools-call-with-progress',
    damage: { stream: () => swallow('notifications/progress') },
  },
  {
    name: 'swallows a log message',
    revision: '2025-11-25',
    scenario: 'tools-call-with-logging',
    damage: { stream: () => swallow('Tool execution completed') },
  },
  {
    name: 'drops Last-Event-ID',
    revision: '2025-11-25',
    scenario: 'server-sse-polling',
    damage: { requestHeader: 'last-event-id' },
  },
  {
    name: 'drops Mcp-Method',
    revision: '2026-07-28',
    scenario: 'tools-list',
    damage: { requestHeader: 'mcp-method' },
  },
  {
    name: 'keeps streams back until they end',
    revision: '2026-07-28',
    scenario: 'server-stateless',
    damage: { stream: keepBack },
  },
]

/** Removes the first event in which that text occurs. */
function swallow(text: string): Transform {
  let buffered = ''
  let swallowed = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      buffered += chunk.toString('utf8')
      const events = buffered.split('\n\n')
      buffered = events.pop() ?? ''
      for (const event of events) {
        if (!swallowed && event.includes(text)) swallowed = true
        else this.push(`${event}\n\n`)
      }
      done()
    },
    flush(done: TransformCallback) {
      done(null, buffered)
    },
  })
}

function keepBack(): Transform {
  const chunks: Buffer[] = []
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      chunks.push(chunk)
      done()
    },
    flush(done: TransformCallback) {
      done(null, Buffer.concat(chunks))
    },
  })
}
