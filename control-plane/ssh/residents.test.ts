import { describe, expect, test } from 'vitest'

import { type ResidentLimits, Residents } from './residents.ts'

const LIMITS: ResidentLimits = {
  maxConnectionsPerUser: 2,
  maxTunnelsPerUser: 1,
  maxChannelsPerUser: 3,
  bytesPerSecondPerUser: 1000,
}
const clock = { ms: 1_000_000, nowMs: () => clock.ms }
const residentsWith = (limits: Partial<ResidentLimits> = {}) => new Residents({ ...LIMITS, ...limits }, clock)

describe('a resident', () => {
  test('takes up to the limit of each kind over all connections, and again what was given back once', () => {
    const residents = residentsWith()
    const leave = residents.of('usr_a').take('connection')
    expect(residents.of('usr_a').take('connection')).toBeDefined()
    expect(residents.of('usr_a').take('connection')).toBeUndefined()
    expect(residents.of('usr_a').take('tunnel')).toBeDefined()
    expect(residents.of('usr_a').take('tunnel')).toBeUndefined()
    expect(residents.of('usr_b').take('connection')).toBeDefined()

    leave?.()
    leave?.()

    expect(residents.of('usr_a').take('connection')).toBeDefined()
    expect(residents.of('usr_a').take('connection')).toBeUndefined()
  })

  test('is forgotten when nothing is held any more', () => {
    const residents = residentsWith()
    const leave = [residents.of('usr_a').take('connection'), residents.of('usr_a').take('channel')]
    expect(residents.size).toBe(1)

    for (const give of leave) give?.()

    expect(residents.size).toBe(0)
  })

  test('may run a second ahead, then waits as long as its bytes take', () => {
    const resident = residentsWith().of('usr_a')

    expect(resident.spend(1000)).toBe(0)
    expect(resident.spend(500)).toBe(500)
    expect(resident.spend(1000)).toBe(1500)
    clock.ms += 1500
    expect(resident.spend(0)).toBe(0)
  })

  test('never waits without a limit', () => {
    const resident = residentsWith({ bytesPerSecondPerUser: Number.POSITIVE_INFINITY }).of('usr_a')

    expect(resident.spend(1e12)).toBe(0)
  })
})
