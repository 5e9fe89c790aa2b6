/** Counts connections that have not signed in yet. No sockets here: the dock asks before it lets one in. */
export interface FrontDoor {
  /** A place, to be given back exactly once when the connection has signed in or is gone; undefined when full. */
  enter(address: string): (() => void) | undefined
}

/** IPv4 by address; IPv6 by /64, since one person commonly owns a whole one. */
export function neighbourhoodOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = (plain.split('%')[0] ?? '').toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
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
