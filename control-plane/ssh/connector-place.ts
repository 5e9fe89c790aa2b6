import type { Claim } from '../tunnels/tunnel-claims.ts'
import type { Served, ServedRoutes } from './served-routes.ts'

/** Connections of one key that serve a route side by side without having named themselves. */
const MAX_NUMBERED = 16

/**
 * The connector's id that a forward gets. A connection is the same connector as the one before with the same key, so that it
 * keeps the sessions. Where a route is served side by side that holds only for one that has gone: the others get a number each.
 */
export async function findPlace<T extends Served>(
  served: ServedRoutes<T>,
  wanted: {
    readonly claim: Claim
    /** The name that the person gave this connection. */
    readonly instance: string | undefined
    readonly idOf: (instance: string | undefined) => string
  },
): Promise<string> {
  const { claim, instance, idOf } = wanted
  if (instance !== undefined || !claim.shared) return idOf(instance)
  for (let number = 1; number <= MAX_NUMBERED; number += 1) {
    // No name that a person may give has this character.
    const id = idOf(number === 1 ? undefined : `#${number}`)
    const holder = served.find(claim.route, id)
    if (holder === undefined || !(await holder.isThere())) return id
  }
  return idOf(undefined)
}
