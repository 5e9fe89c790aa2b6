import { BlockList, isIP } from 'node:net'

/**
 * Addresses that are nobody's public server: private, loopback, link-local, shared (CGNAT), benchmarking,
 * documentation, translation (NAT64, 6to4, Teredo), multicast and reserved ones (IANA special-purpose registries, RFC 6890).
 */
const SPECIAL: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Unspecified, loopback and the old "IPv4-compatible" form.
  ['::', 96],
  // IPv4-mapped: whatever it hides, nobody publishes it.
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

const special = { 4: new BlockList(), 6: new BlockList() }
for (const [network, prefix] of SPECIAL) {
  const family = network.includes(':') ? 6 : 4
  special[family].addSubnet(network, prefix, `ipv${family}`)
}

/** Whether this is an address to which a stranger's URL must not lead us. What is no address at all counts too. */
export function isSpecialAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '')
  const family = isIP(bare)
  if (family !== 4 && family !== 6) return true
  return special[family].check(bare, `ipv${family}`)
}
