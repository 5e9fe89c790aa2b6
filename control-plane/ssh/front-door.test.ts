import { describe, expect, test } from 'vitest'

import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import { openFrontDoor } from './front-door.ts'

const LUCKY = 0.999_999

describe('openFrontDoor()', () => {
  test('lets in up to the limit per address and no more, until one leaves', () => {
    const door = openFrontDoor({ maxTotal: 10, maxPerAddress: 2, chance: () => LUCKY })
    const leave = door.enter('192.0.2.1')
    door.enter('192.0.2.1')
    expect(door.enter('192.0.2.1')).toBeUndefined()
    expect(door.enter('192.0.2.2')).toBeDefined()

    leave?.()
    leave?.()

    expect(door.enter('192.0.2.1')).toBeDefined()
    expect(door.enter('192.0.2.1')).toBeUndefined()
  })

  test('lets in up to the limit in total', () => {
    const door = openFrontDoor({ maxTotal: 2, maxPerAddress: 2, chance: () => LUCKY })
    door.enter('192.0.2.1')
    door.enter('192.0.2.2')

    expect(door.enter('192.0.2.3')).toBeUndefined()
  })

  test('turns away by chance from a tenth of its places on, and more and more', () => {
    let luck = LUCKY
    const door = openFrontDoor({ maxTotal: 100, maxPerAddress: 100, chance: () => luck })
    const enter = (count: number) => Array.from({ length: count }, () => door.enter('192.0.2.1') !== undefined)
    luck = 0
    expect(enter(11)).toEqual([...Array.from({ length: 10 }, () => true), false])
    luck = 0.31
    expect(enter(3)).toEqual([true, true, false])
    luck = 0.65
    expect(enter(60).filter(Boolean)).toHaveLength(44)
  })
})

test.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('neighbourhoodOf(%s) is %s', (address, neighbourhood) => {
  expect(neighbourhoodOf(address)).toBe(neighbourhood)
})
