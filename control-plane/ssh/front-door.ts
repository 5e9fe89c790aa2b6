import { neighbourhoodOf } from '../kernel/neighbourhood.ts'

/** Counts connections that have not signed in yet. No sockets here: the dock asks before it lets one in. */
export interface FrontDoor {
  /** A place, to be given back exactly once when the connection has signed in or is gone; undefined when full. */
  enter(address: string): (() => void) | undefined
}

export function openFrontDoor(limits: { readonly maxTotal: number; readonly maxPerAddress: number }): FrontDoor {
  const perAddress = new Map<string, number>()
  let total = 0
  return {
    enter(address) {
      const from = neighbourhoodOf(address)
      const here = perAddress.get(from) ?? 0
      if (total >= limits.maxTotal || here >= limits.maxPerAddress) return undefined
      total += 1
      perAddress.set(from, here + 1)
      let inside = true
      return () => {
        if (!inside) return
        inside = false
        total -= 1
        const left = (perAddress.get(from) ?? 1) - 1
        if (left === 0) perAddress.delete(from)
        else perAddress.set(from, left)
      }
    },
  }
}
