import { describe, expect, test } from 'vitest'

import { sshLimitsOf, sshSchema } from './ssh.ts'

describe('the limits of the SSH server', () => {
  test('are read with their units, and only those that are written', () => {
    const document = sshSchema.parse({
      login_grace: '30s',
      max_unauthenticated_per_address: 3,
      per_user: { tunnels: 5, bandwidth: '20MB/s' },
    })

    expect(sshLimitsOf(document)).toEqual({
      loginGraceMs: 30_000,
      maxUnauthenticatedPerAddress: 3,
      maxTunnelsPerUser: 5,
      bytesPerSecondPerUser: 20_000_000,
    })
    expect(sshLimitsOf(undefined)).toEqual({})
  })

  test.each(['20', '20MB', '0MB/s', '20 MiB/s', '-1MB/s'])('a bandwidth of "%s" is refused', (bandwidth) => {
    expect(sshSchema.safeParse({ per_user: { bandwidth } }).success).toBe(false)
  })

  test.each([0, -1, 1.5, 100_001])('%d connections are refused', (connections) => {
    expect(sshSchema.safeParse({ per_user: { connections } }).success).toBe(false)
  })
})
