import type { Assertions } from '../assertion/assertions.ts'
import type { Standing } from '../identity/standing.ts'
import { baseUrlOf } from '../routes/addressing.ts'
import type { Publication, Route } from '../routes/publication.ts'
import type { UpstreamHeader } from '../routes/upstream-side.ts'

/** What the route adds to an allowed call on its way up. Nobody is asserted of a call without a token. */
export function upstreamHeadersOf(
  { key, side }: Route,
  facts: {
    readonly publication: Publication
    readonly standing: Standing
    readonly assertions: Assertions
    readonly userId: string | undefined
    readonly nowMs: number
  },
): readonly UpstreamHeader[] {
  if (side === undefined) return []
  const user = side.passIdentity && facts.userId !== undefined ? facts.standing.findUser(facts.userId) : undefined
  if (user === undefined) return side.headers
  const { addressing } = facts.publication
  const baseUrl = baseUrlOf(addressing, key)
  const { hostname, host, pathname } = new URL(baseUrl)
  const audience = { route: key, baseUrl, host: addressing.mode === 'path' ? `${host}${pathname}` : hostname }
  return [...side.headers, ...facts.assertions.headersFor(user, audience, facts.nowMs)]
}
