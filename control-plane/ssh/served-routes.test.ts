import { expect, test } from 'vitest'

import { type Served, ServedRoutes } from './served-routes.ts'

class Fake implements Served {
  readonly connectorId: string
  readonly replacedBy: string[] = []
  connectors = 0
  constructor(connectorId: string) {
    this.connectorId = connectorId
  }
  isThere(): Promise<boolean> {
    return Promise.resolve(true)
  }
  replaceBy(address: string): void {
    this.replacedBy.push(address)
  }
  counted(connectors: number): void {
    this.connectors = connectors
  }
}
const ROUTE = 'calm-otter-4821'
const ALONE = { sourceAddress: '192.0.2.2', beside: false }
const BESIDE = { sourceAddress: '192.0.2.2', beside: true }

test('take() replaces whoever serves the route, and nobody of another one', () => {
  const routes = new ServedRoutes<Fake>()
  const [first, second, other] = [new Fake('con_1'), new Fake('con_2'), new Fake('con_3')]
  routes.take(ROUTE, first, ALONE)
  routes.take('other', other, ALONE)

  routes.take(ROUTE, second, ALONE)
  routes.take(ROUTE, second, ALONE)

  expect([first, second, other].map((fake) => fake.replacedBy)).toEqual([['192.0.2.2'], [], []])
  expect(routes.find(ROUTE, 'con_1')).toBeUndefined()
  expect(routes.find(ROUTE, 'con_2')).toBe(second)
})

test('take() beside others replaces only the one with the same id, and all learn how many they are', () => {
  const routes = new ServedRoutes<Fake>()
  const [first, second, again] = [new Fake('con_1'), new Fake('con_2'), new Fake('con_1')]
  routes.take(ROUTE, first, BESIDE)
  routes.take(ROUTE, second, BESIDE)

  expect([first.connectors, second.connectors]).toEqual([2, 2])
  routes.take(ROUTE, again, BESIDE)

  expect([first, second].map((fake) => fake.replacedBy)).toEqual([['192.0.2.2'], []])
  expect([second.connectors, again.connectors]).toEqual([2, 2])
})

test('find() knows those that will serve in a moment, until they leave', () => {
  const routes = new ServedRoutes<Fake>()
  const newcomer = new Fake('con_1')
  routes.join(ROUTE, newcomer)

  expect(routes.find(ROUTE, 'con_1')).toBe(newcomer)
  routes.leave(ROUTE, newcomer)

  expect(routes.find(ROUTE, 'con_1')).toBeUndefined()
})

test('leave() counts those who stay, and does nothing for one that was replaced', () => {
  const routes = new ServedRoutes<Fake>()
  const [first, second] = [new Fake('con_1'), new Fake('con_2')]
  routes.take(ROUTE, first, BESIDE)
  routes.take(ROUTE, second, BESIDE)

  routes.leave(ROUTE, first)
  routes.leave(ROUTE, first)

  expect(second.connectors).toBe(1)
  expect(routes.find(ROUTE, 'con_2')).toBe(second)
})
