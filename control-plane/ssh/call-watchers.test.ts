import { expect, test } from 'vitest'

import type { AuditEvent, CallDecided } from '../audit/event.ts'
import { localTopic } from '../kernel/bus.ts'
import { StatusFeed, type StatusMessage } from '../tui/status.ts'
import { CallWatchers } from './call-watchers.ts'

const decided = {
  kind: 'call.decided',
  requestId: 'r1',
  route: 'team',
  verdict: 'allow',
  reasons: [],
} as Partial<CallDecided> as CallDecided

function harbour() {
  const events = localTopic<AuditEvent>()
  const watchers = new CallWatchers(events)
  const feed = new StatusFeed()
  const told: StatusMessage[] = []
  watchers.watch('team', feed)
  return { events, feed, told, listen: () => feed.subscribe((message) => told.push(message)) }
}

test('a call is told to the terminals of its route, also where Envoy no longer knows the route', () => {
  const { events, told, listen } = harbour()
  listen()

  events.publish(decided)
  events.publish({ ...decided, requestId: 'r2', route: 'other' })
  events.publish({ kind: 'call.abandoned', requestId: 'r1', route: '' })

  expect(told.map((message) => message.kind === 'call' && [message.call.requestId, message.call.verdict])).toEqual([
    ['r1', 'allowed'],
    ['r1', 'gone'],
  ])
})

test('nothing is kept of a call whose terminal has gone meanwhile', () => {
  const { events, told, listen } = harbour()
  const leave = listen()
  events.publish(decided)
  leave()
  events.publish({ kind: 'call.abandoned', requestId: 'r1', route: '' })
  listen()
  told.splice(0)

  events.publish({ kind: 'call.abandoned', requestId: 'r1', route: '' })

  expect(told).toEqual([])
})

test('a tool that changed is told to the log', () => {
  const { events, told, listen } = harbour()
  listen()

  events.publish({ kind: 'tool.changed', atMs: 5, route: 'team', tool: 'add', blocked: true })

  expect(told).toEqual([
    { kind: 'log', atMs: 5, text: 'The tool "add" has changed and is hidden until somebody approves it' },
  ])
})
