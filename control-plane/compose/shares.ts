import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Current } from '../kernel/current.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { tunnelNameIn, type Publication } from '../routes/publication.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { Shares } from '../sharing/shares.ts'
import type { SharingRules } from '../sharing/share.ts'
import { shareStore } from '../store/share-store.ts'
import type { Store } from '../store/open.ts'
import type { Presence } from '../tunnels/presence.ts'
import type { Brain } from './brain.ts'
import type { Topics } from './topics.ts'

const HOUSEKEEPING_MS = 60_000

/** A person's own tunnel under any label, and routes of the configuration that they serve right now. */
export const isServedBy = (user: User, route: string, presence: Presence): boolean =>
  tunnelNameIn(route) === user.tunnelName || presence.serving(route).some(({ userId }) => userId === user.id)

export function sharingRulesOf(publication: Publication, route: string): SharingRules {
  const configured = publication.routes.get(route)
  return (configured?.rules ?? publication.personalRules ?? NO_RULES).sharing
}

/** Loads every share into Standing. */
export async function openShares(
  publication: Current<Publication>,
  ports: {
    readonly store: Store
    readonly standing: Brain['standing']
    readonly presence: Presence
    readonly topics: Topics
    readonly clock: Clock
    readonly random: Random
    readonly log: Log
    readonly lifecycle: Lifecycle
  },
): Promise<Shares> {
  const { presence, topics, log } = ports
  const shares = new Shares({
    ...ports,
    store: shareStore(ports.store.db),
    rulesFor: (user, route) =>
      isServedBy(user, route, presence) ? sharingRulesOf(publication.value, route) : undefined,
    tell: (event) => topics.events.publish(event),
  })
  await shares.load()
  const timer = setInterval(() => {
    shares
      .removeExpired()
      .catch((cause: unknown) => log.error('store.housekeeping_failed', { reason: messageOf(cause) }))
  }, HOUSEKEEPING_MS)
  ports.lifecycle.own('shares', { [Symbol.asyncDispose]: async () => clearInterval(timer) })
  return shares
}
