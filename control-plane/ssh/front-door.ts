import { neighbourhoodOf } from '../kernel/neighbourhood.ts'

/** Counts connections that have not signed in yet. No sockets here: the dock asks before it lets one in. */
export interface FrontDoor {
  /** A place, to be given back exactly once when the connection has signed in or is gone; undefined when full. */
  enter(address: string): (() => void) | undefined
}

/** Above this part of all places a newcomer is turned away by chance, as by sshd's `MaxStartups 10:30:100`. */
const EARLY = 0.1
/** How likely that is at first. It grows to certainty when all places are taken. */
const EARLY_CHANCE = 0.3

/**
 * `chance` is a number from 0 up to 1. Dropping early and at random keeps a door that somebody floods open for others: without
 * it whoever connects first when a place gets free has it, and that is the one who connects all the time.
 */
export function openFrontDoor(limits: {
  readonly maxTotal: number
  readonly maxPerAddress: number
  readonly chance: () => number
}): FrontDoor {
  const perAddress = new Map<string, number>()
  const early = limits.maxTotal * EARLY
  let total = 0
  const isDropped = (): boolean => {
    if (total < early) return false
    const fullness = (total - early) / (limits.maxTotal - early)
    return limits.chance() < EARLY_CHANCE + (1 - EARLY_CHANCE) * fullness
  }
  return {
    enter(address) {
      const from = neighbourhoodOf(address)
      const here = perAddress.get(from) ?? 0
      if (here >= limits.maxPerAddress || isDropped()) return undefined
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
