import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { EdgePlan } from '../xds/edge-plan.ts'
import { routeClusterOf } from '../xds/names.ts'
import type { Xds } from '../xds/xds.ts'

/** 2,000 new clusters are confirmed in less than a second. */
const CONFIRMED_WITHIN_MS = 15_000
/** Envoy confirms a cluster before it has looked up its name, and knows no cluster until it has. */
const NAMES_LOOKED_UP_MS = 1000
const AT_ONCE = 200
/** A request that was judged before the change is on its way by then. */
const LINGER_MS = 10_000

/** Brings Envoy from one plan to the next without a moment in which a verdict names a cluster that is not there. */
export class RollOut implements AsyncDisposable {
  readonly #xds: Pick<Xds, 'setPlan' | 'whenAcked' | 'connected'>
  #plan: EdgePlan
  #narrowing: NodeJS.Timeout | undefined

  constructor(xds: Pick<Xds, 'setPlan' | 'whenAcked' | 'connected'>, plan: EdgePlan) {
    this.#xds = xds
    this.#plan = plan
    xds.setPlan(plan)
  }

  /** What is new is there when this resolves; what is old goes later. Rejects with everything as it was. */
  async to(plan: EdgePlan, swap: () => void): Promise<void> {
    clearTimeout(this.#narrowing)
    const before = this.#plan
    const known = new Set(before.fixedRoutes.map(routeClusterOf))
    const added = plan.fixedRoutes.filter((route) => !known.has(routeClusterOf(route)))
    try {
      // A few at a time: whoever calls meanwhile is answered between them.
      for (let count = AT_ONCE; count < added.length; count += AT_ONCE) {
        this.#set({ ...before, fixedRoutes: [...before.fixedRoutes, ...added.slice(0, count)] })
        await sleep(0)
      }
      this.#set(union(before, plan))
      if (this.#xds.connected > 0) {
        await Promise.all(added.map((route) => this.#xds.whenAcked(routeClusterOf(route), CONFIRMED_WITHIN_MS)))
        if (added.some(({ host }) => isIP(host) === 0)) await sleep(NAMES_LOOKED_UP_MS)
      }
    } catch (cause) {
      this.#set(before)
      throw cause
    }
    swap()
    this.#narrowing = setTimeout(() => this.#set(plan), LINGER_MS)
    this.#narrowing.unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#narrowing)
  }

  #set(plan: EdgePlan): void {
    this.#plan = plan
    this.#xds.setPlan(plan)
  }
}

function union(before: EdgePlan, after: EdgePlan): EdgePlan {
  const names = new Set(after.fixedRoutes.map(routeClusterOf))
  const leaving = before.fixedRoutes.filter((route) => !names.has(routeClusterOf(route)))
  const authoritiesPem = after.authoritiesPem ?? before.authoritiesPem
  return {
    ...after,
    routeHosts: [...new Set([...before.routeHosts, ...after.routeHosts])],
    fixedRoutes: [...after.fixedRoutes, ...leaving],
    ...(authoritiesPem === undefined ? {} : { authoritiesPem }),
  }
}
