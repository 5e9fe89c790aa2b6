import type { Assertions } from '../assertion/assertions.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Standing } from '../identity/standing.ts'
import type { CallLimiter } from '../limits/call-limiter.ts'
import type { Limits } from '../limits/limit.ts'
import type { SealingKey } from '../mcp/session-seal.ts'
import type { AccessTokenVerifier } from '../oauth/access-token.ts'
import type { DpopVerifier } from '../oauth/dpop.ts'
import type { Location } from '../routes/addressing.ts'
import type { Publication, Route, RouteTable } from '../routes/publication.ts'
import type { TaskOwners } from '../tasks/task-owners.ts'
import type { Presence } from '../tunnels/presence.ts'
import type { TokenCopy } from '../upstream-connections/token-copy.ts'
import type { GatewayRequest } from './gateway-request.ts'

/** The authorizer's copies of what the rest of the system knows. Nothing here waits or reads a disk (invariant 10). */
export interface World {
  readonly publication: Publication
  readonly routes: RouteTable
  readonly standing: Standing
  readonly presence: Presence
  readonly tokens: AccessTokenVerifier
  readonly proofs: DpopVerifier
  /** The first seals, all unseal. */
  readonly sealingKeys: readonly SealingKey[]
  readonly assertions: Assertions
  readonly upstreamTokens: TokenCopy
  readonly catalogue: Catalogue
  readonly tasks: TaskOwners
  readonly limiter: CallLimiter
}

/** One request, and what it is judged by: the same from the first check to the last. */
export interface Hearing {
  readonly request: GatewayRequest
  readonly world: World
  readonly location: Location
  readonly route: Route
  readonly nowMs: number
}

/** As Envoy normalised it, without the query. */
export const pathOf = ({ request }: Hearing): string => request.path.replace(/\?.*$/s, '')

export const limitsOf = ({ world, route }: Hearing): readonly Limits[] =>
  [world.publication.limits, route.limits].filter((limits) => limits !== undefined)
