import { expect, test } from 'vitest'

import { findPlace } from './connector-place.ts'
import { type Served, ServedRoutes } from './served-routes.ts'

const claim = {
  route: 'team',
  url: 'http://localhost:7800/team/mcp',
  baseUrl: 'http://localhost:7800/team',
  shared: true,
}
const idOf = (instance: string | undefined): string => `con_${instance ?? ''}`
const served = (connectorId: string, isThere = true): Served => ({
  connectorId,
  isThere: () => Promise.resolve(isThere),
  replaceBy: () => {},
  counted: () => {},
})
function routesWith(...forwards: readonly Served[]): ServedRoutes<Served> {
  const routes = new ServedRoutes<Served>()
  for (const forward of forwards) routes.take('team', forward, { sourceAddress: '192.0.2.1', beside: true })
  return routes
}
const find = (routes: ServedRoutes<Served>, change: { shared?: boolean; instance?: string } = {}) =>
  findPlace(routes, { claim: { ...claim, shared: change.shared ?? true }, instance: change.instance, idOf })

test('findPlace() numbers the connections of one key, and gives a free number again', async () => {
  expect(await find(routesWith())).toBe('con_')
  expect(await find(routesWith(served('con_')))).toBe('con_#2')
  expect(await find(routesWith(served('con_'), served('con_#2')))).toBe('con_#3')
  expect(await find(routesWith(served('con_#2')))).toBe('con_')
})

test('findPlace() gives the place of one that does not answer any more', async () => {
  expect(await find(routesWith(served('con_'), served('con_#2', false)))).toBe('con_#2')
})

test('findPlace() gives a name its own place, and the one place of a name that is not shared', async () => {
  expect(await find(routesWith(served('con_')), { instance: 'two' })).toBe('con_two')
  expect(await find(routesWith(served('con_two')), { instance: 'two' })).toBe('con_two')
  expect(await find(routesWith(served('con_')), { shared: false })).toBe('con_')
})

test('findPlace() takes the first place when all are held', async () => {
  const all = Array.from({ length: 16 }, (_, index) => served(idOf(index === 0 ? undefined : `#${index + 1}`)))

  expect(await find(routesWith(...all))).toBe('con_')
})
