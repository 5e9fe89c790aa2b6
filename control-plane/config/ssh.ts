import { z } from 'zod'

import { duration } from './duration.ts'
import { listenAddress } from './listen-address.ts'

const UNIT_BYTES: Readonly<Record<string, number>> = { kB: 1000, MB: 1_000_000, GB: 1_000_000_000 }

/** `500kB/s`, `20MB/s`; read as bytes per second. */
const bandwidth = z.string().transform((text, context) => {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5}) ?(kB|MB|GB)\/s$/.exec(text) ?? []
  if (count !== '') return Number(count) * (UNIT_BYTES[unit] ?? 0)
  context.addIssue({ code: 'custom', message: 'Expected bytes per second, such as "500kB/s" or "20MB/s"' })
  return z.NEVER
})

const count = z.int().min(1).max(100_000)

export const sshSchema = z.strictObject({
  listen: z.array(listenAddress).min(1).optional(),
  public_host: z.string().min(1).optional(),
  public_port: z.int().min(1).max(65_535).optional(),
  login_grace: duration.optional(),
  sign_in_grace: duration.optional(),
  max_unauthenticated: count.optional(),
  max_unauthenticated_per_address: count.optional(),
  per_user: z
    .strictObject({
      connections: count.optional(),
      tunnels: count.optional(),
      channels: count.optional(),
      bandwidth: bandwidth.optional(),
    })
    .optional(),
})

/** What the file says of the SSH server's limits; undefined: the server's own default. */
export interface SshLimits {
  readonly loginGraceMs?: number | undefined
  readonly signInGraceMs?: number | undefined
  readonly maxUnauthenticated?: number | undefined
  readonly maxUnauthenticatedPerAddress?: number | undefined
  readonly maxConnectionsPerUser?: number | undefined
  readonly maxTunnelsPerUser?: number | undefined
  readonly maxChannelsPerUser?: number | undefined
  readonly bytesPerSecondPerUser?: number | undefined
}

export function sshLimitsOf(document: z.infer<typeof sshSchema> | undefined): SshLimits {
  const perUser = document?.per_user
  const written: SshLimits = {
    loginGraceMs: document?.login_grace,
    signInGraceMs: document?.sign_in_grace,
    maxUnauthenticated: document?.max_unauthenticated,
    maxUnauthenticatedPerAddress: document?.max_unauthenticated_per_address,
    maxConnectionsPerUser: perUser?.connections,
    maxTunnelsPerUser: perUser?.tunnels,
    maxChannelsPerUser: perUser?.channels,
    bytesPerSecondPerUser: perUser?.bandwidth,
  }
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined))
}
