import { expect, test } from 'vitest'

import { wakefulness } from './wakefulness.ts'

function computer() {
  const state = { atMs: 0, network: 'eth0 10.0.0.1' }
  return { state, look: wakefulness({ nowMs: () => state.atMs, networks: () => state.network }) }
}

test('looks in a row, also late ones, are no sleep', () => {
  const { state, look } = computer()

  state.atMs = 5000
  expect(look()).toBe(false)
  state.atMs = 20_000
  expect(look()).toBe(false)
})

test('a clock that jumped is a sleep, once', () => {
  const { state, look } = computer()

  state.atMs = 600_000
  expect([look(), look()]).toEqual([true, false])
})

test('another address is another network, once', () => {
  const { state, look } = computer()

  state.network = 'wlan0 192.168.0.2'
  expect([look(), look()]).toEqual([true, false])
})
