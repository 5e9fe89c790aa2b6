import { isIPv4 } from 'node:net'

/** The same address; every loopback address is this computer. */
export function sameComputer(a: string, b: string): boolean {
  const plain = (address: string): string => address.replace(/^::ffff:/, '')
  const isLoopback = (address: string): boolean =>
    address === '::1' || (isIPv4(plain(address)) && plain(address).startsWith('127.'))
  return plain(a) === plain(b) || (isLoopback(a) && isLoopback(b))
}
