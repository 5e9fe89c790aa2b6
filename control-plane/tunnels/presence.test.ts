import { expect, test } from 'vitest'

import type { Connector } from './connector.ts'
import { connectorIdOf } from './connector.ts'
import { Presence } from './presence.ts'

const connector = (id: string, socketPath: string, route = 'calm-otter-4821'): Connector => ({
  id,
  route,
  userId: 'usr_a',
  socketPath,
  sourceAddress: '127.0.0.1',
  mode: 'dynamic',
  target: 'localhost:8080',
  sinceMs: 0,
  health: 'unknown',
  isPublic: false,
})

test('Presence ignores the late "down" of a connection that was replaced', () => {
  const presence = new Presence()
  presence.apply({ kind: 'up', connector: connector('con_1', 'run/a.sock') })
  presence.apply({ kind: 'up', connector: connector('con_1', 'run/b.sock') })

  expect(presence.apply({ kind: 'down', connectorId: 'con_1', socketPath: 'run/a.sock', atMs: 5 })).toBe(false)
  expect(presence.find('con_1')?.socketPath).toBe('run/b.sock')
  expect(presence.offlineSinceMs('calm-otter-4821')).toBeUndefined()
})

test('Presence is offline only when the last connector of a route is gone', () => {
  const presence = new Presence()
  presence.apply({ kind: 'up', connector: connector('con_1', 'run/a.sock') })
  presence.apply({ kind: 'up', connector: connector('con_2', 'run/b.sock') })

  presence.apply({ kind: 'down', connectorId: 'con_1', socketPath: 'run/a.sock', atMs: 5 })
  expect(presence.offlineSinceMs('calm-otter-4821')).toBeUndefined()
  presence.apply({ kind: 'down', connectorId: 'con_2', socketPath: 'run/b.sock', atMs: 6 })
  expect(presence.offlineSinceMs('calm-otter-4821')).toBe(6)
  expect(presence.serving('calm-otter-4821')).toEqual([])
})

test('Presence counts a connector that came back as the newest', () => {
  const presence = new Presence()
  presence.apply({ kind: 'up', connector: connector('con_1', 'run/a.sock') })
  presence.apply({ kind: 'up', connector: connector('con_2', 'run/b.sock') })
  presence.apply({ kind: 'up', connector: connector('con_1', 'run/c.sock') })

  expect(presence.serving('calm-otter-4821').map(({ id }) => id)).toEqual(['con_2', 'con_1'])
})

test('Presence remembers when a route was last served before this process', () => {
  const presence = new Presence([['calm-otter-4821', 7]])

  expect(presence.offlineSinceMs('calm-otter-4821')).toBe(7)
})

test('connectorIdOf() is the same for the same facts, and differs with each of them', () => {
  const facts = {
    userId: 'usr_a',
    keyFingerprint: 'SHA256:x',
    route: 'r',
    forward: { bindAddress: 'localhost', bindPort: 0 },
  }
  const others = [
    { ...facts, userId: 'usr_b' },
    { ...facts, keyFingerprint: undefined },
    { ...facts, route: 'r2' },
    { ...facts, forward: { bindAddress: '', bindPort: 0 } },
    { ...facts, forward: { bindAddress: 'localhost', bindPort: 1 } },
  ]

  expect(connectorIdOf(facts)).toMatch(/^con_[a-z2-7]{26}$/)
  expect(connectorIdOf({ ...facts })).toBe(connectorIdOf(facts))
  expect(new Set([facts, ...others].map(connectorIdOf)).size).toBe(6)
  expect(connectorIdOf({ ...facts, isPublic: true })).not.toBe(connectorIdOf({ ...facts, isPublic: false }))
  expect(connectorIdOf({ ...facts, isPublic: false })).toBe(connectorIdOf(facts))
})
