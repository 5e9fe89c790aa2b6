import { expect, test } from 'vitest'

import { ServedRoutes } from './served-routes.ts'

class Fake {
  readonly replacedBy: string[] = []
  replaceBy(address: string): void {
    this.replacedBy.push(address)
  }
}
const PLACE = { userId: 'usr_a', route: 'calm-otter-4821' }

test('take() tells the forward before, and only that one', () => {
  const routes = new ServedRoutes<Fake>()
  const [first, second, other] = [new Fake(), new Fake(), new Fake()]
  routes.take(PLACE, first, '192.0.2.1')
  routes.take({ ...PLACE, route: 'other' }, other, '192.0.2.1')
  routes.take({ ...PLACE, userId: 'usr_b' }, other, '192.0.2.1')

  routes.take(PLACE, second, '192.0.2.2')
  routes.take(PLACE, second, '192.0.2.2')

  expect([first, second, other].map((fake) => fake.replacedBy)).toEqual([['192.0.2.2'], [], []])
})

test('leave() of a forward that was replaced does not free the route', () => {
  const routes = new ServedRoutes<Fake>()
  const [first, second, third] = [new Fake(), new Fake(), new Fake()]
  routes.take(PLACE, first, 'a')
  routes.take(PLACE, second, 'b')

  routes.leave(PLACE, first)
  routes.take(PLACE, third, 'c')

  expect(second.replacedBy).toEqual(['c'])
})
