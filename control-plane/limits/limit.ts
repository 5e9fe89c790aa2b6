import { hash } from 'node:crypto'

/** What a limit may count apart. */
export const DIMENSIONS = ['user', 'client', 'tool', 'route', 'address'] as const
export type Dimension = (typeof DIMENSIONS)[number]

interface CommonLimit {
  /** The same text for the same limit, also after a reload: what was counted stays counted. */
  readonly id: string
  readonly per: readonly Dimension[]
  /** Undefined: all requests, or all tools where it counts them apart. */
  readonly matchesTool: ((tool: string) => boolean) | undefined
  /** For the audit record: `10 requests in 1m per user`. */
  readonly text: string
}

/** So many requests within any stretch of time that is so long. */
export interface RateLimit extends CommonLimit {
  readonly requests: number
  readonly windowMs: number
}

/** So many calls at the same time. */
export interface ConcurrencyLimit extends CommonLimit {
  readonly concurrent: number
}

/** What a list of limits comes to. */
export interface Limits {
  readonly rates: readonly RateLimit[]
  readonly concurrents: readonly ConcurrencyLimit[]
  readonly maxBodyBytes: number | undefined
}

/** A request as limits see it. */
export interface LimitedCall {
  readonly requestId: string
  readonly route: string
  /** Undefined for nobody: strangers count together, unless by address. */
  readonly userId: string | undefined
  readonly clientId: string | undefined
  readonly tool: string | undefined
  /** The client's network: IPv4 by address, IPv6 by /64. */
  readonly network: string
}

/** Names come from callers, who could fill the memory with long ones. */
const MAX_KEY = 256

/** What this limit counts the call under; undefined where it is not about this call. */
export function keyOf(limit: CommonLimit, call: LimitedCall): string | undefined {
  const isAboutTools = limit.matchesTool !== undefined || limit.per.includes('tool')
  if (isAboutTools && call.tool === undefined) return undefined
  if (limit.matchesTool !== undefined && !limit.matchesTool(call.tool ?? '')) return undefined
  // JSON, so that no value can reach into its neighbour.
  const key = JSON.stringify(limit.per.map((dimension) => valueOf(dimension, call)))
  return key.length <= MAX_KEY ? key : hash('sha256', key)
}

function valueOf(dimension: Dimension, call: LimitedCall): string | null {
  switch (dimension) {
    case 'user':
      return call.userId ?? null
    case 'client':
      return call.clientId ?? null
    case 'tool':
      return call.tool ?? null
    case 'route':
      return call.route
    case 'address':
      return call.network
  }
}

/** The smaller of what is said for all routes and for this one. */
export function maxBodyBytesOf(lists: readonly (Limits | undefined)[]): number | undefined {
  const sizes = lists.flatMap((limits) => limits?.maxBodyBytes ?? [])
  return sizes.length === 0 ? undefined : Math.min(...sizes)
}
