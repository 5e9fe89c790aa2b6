import { expect, test } from 'vitest'

import { SilentClients } from './silent-clients.ts'

test('take() is true once after a silent departure', () => {
  const clients = new SilentClients()
  clients.leftSilently('a')

  expect([clients.take('a'), clients.take('a'), clients.take('b')]).toEqual([true, false, false])
})

test('leftSilently() forgets the oldest beyond its bound', () => {
  const clients = new SilentClients()
  for (let index = 0; index <= 1000; index += 1) clients.leftSilently(String(index))

  expect([clients.take('0'), clients.take('1')]).toEqual([false, true])
})
