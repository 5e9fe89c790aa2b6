import { describe, expect, test } from 'vitest'

import type { Connector } from '../tunnels/connector.ts'
import { Presence } from '../tunnels/presence.ts'
import type { Route } from '../routes/publication.ts'
import { chooseConnector } from './choose-connector.ts'
import { CONNECTOR, EVERYBODY, policyOf } from './world.fixture.ts'

const route: Route = {
  key: 'team',
  policy: policyOf(EVERYBODY),
  upstream: { kind: 'tunnel' },
  rules: {} as Route['rules'],
}

function choose(
  connectors: readonly Partial<Connector>[],
  options: { readonly connectorId?: string; readonly beginsSession?: boolean; readonly nowMs?: number } = {},
) {
  const presence = new Presence()
  for (const connector of connectors) presence.apply({ kind: 'up', connector: { ...CONNECTOR, ...connector } })
  return chooseConnector(route, {
    presence,
    connectorId: options.connectorId,
    beginsSession: options.beginsSession ?? false,
    nowMs: options.nowMs ?? 10_000,
  })
}
const chosen = (cluster: string, connectorId: string) => ({ kind: 'chosen', cluster, connectorId })

const one = { id: 'con_1' }
const two = { id: 'con_2' }

describe('chooseConnector()', () => {
  test('leaves the choice among several to Envoy', () => {
    expect(choose([one])).toEqual(chosen('connector/con_1', 'con_1'))
    expect(choose([one, two])).toEqual(chosen('tunnel/team', 'tunnel/team'))
  })

  test('gives each session that begins a connector in its turn', () => {
    const begin = (nowMs: number) => choose([one, two], { beginsSession: true, nowMs })

    expect([10_000, 10_001].map(begin)).toEqual([
      chosen('connector/con_1', 'con_1'),
      chosen('connector/con_2', 'con_2'),
    ])
  })

  test('keeps a session where it began, also when that one is in trouble', () => {
    const two = { id: 'con_2', health: 'not_mcp' } as const

    expect(choose([one, two], { connectorId: 'con_2' })).toEqual(chosen('connector/con_2', 'con_2'))
    expect(choose([one, two], { connectorId: 'con_0' })).toEqual({ kind: 'gone' })
    expect(choose([], { connectorId: 'con_0' })).toEqual({ kind: 'offline' })
  })

  test.each(['refused', 'not_mcp', 'wrong_path'] as const)(
    'passes over one that is "%s" while another is well',
    (health) => {
      expect(choose([one, { id: 'con_2', health }])).toEqual(chosen('connector/con_1', 'con_1'))
    },
  )

  test('sends requests somewhere when none is well, but says so where nothing listens', () => {
    const misplaced = { health: 'wrong_path' } as const
    const refused = { health: 'refused', sinceMs: 9500, target: 'localhost:3000' } as const

    expect(
      choose([
        { ...one, ...misplaced },
        { ...two, ...misplaced },
      ]),
    ).toEqual(chosen('tunnel/team', 'tunnel/team'))
    expect(
      choose([
        { ...one, ...refused },
        { ...two, ...refused },
      ]),
    ).toEqual({
      kind: 'refused',
      target: 'localhost:3000',
    })
    expect(choose([{ ...one, ...refused, sinceMs: 0 }])).toEqual(chosen('connector/con_1', 'con_1'))
  })
})
