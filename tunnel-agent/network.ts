/** Reaching a gateway: its addresses, which of them to use, and what a failure means. */
import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'

import { type Gateway, hostPort } from './address.ts'

export interface Address {
  readonly address: string
  readonly family: number
}

const CONNECT_TIMEOUT_MS = 10_000

export async function addressesOf(host: string, signal: AbortSignal): Promise<readonly Address[]> {
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) }]
  const given = new Promise<readonly Address[]>((resolve) => {
    signal.addEventListener('abort', () => resolve([]), { once: true })
  })
  return Promise.race([lookup(host, { all: true }), given])
}

/**
 * The addresses that one of several connections tries, in order. The second connection goes only where the first is not,
 * and only to the same family: the IPv4 and IPv6 addresses of a name usually are one computer.
 */
export function candidates(
  addresses: readonly Address[],
  { slot, attempt, taken }: { readonly slot: number; readonly attempt: number; readonly taken: ReadonlySet<string> },
): readonly string[] {
  const family = addresses[0]?.family
  const nodes = addresses.filter((address) => address.family === family)
  const others = slot === 0 ? addresses.filter((address) => address.family !== family) : []
  if (slot > 0 && nodes.length < 2) return []
  // A node that accepts connections and then fails must not be the first one for ever.
  const turn = attempt % Math.max(1, nodes.length)
  const turned = [...nodes.slice(turn), ...nodes.slice(0, turn), ...others].map(({ address }) => address)
  const free = turned.filter((address) => !taken.has(address))
  return free.length > 0 || slot > 0 ? free : turned
}

export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** The first address that accepts a connection. */
export async function connectTo(
  addresses: readonly string[],
  gateway: Gateway,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket; readonly address: string }> {
  let failure: NodeJS.ErrnoException = Object.assign(new Error('no address'), { code: 'ENOTFOUND' })
  for (const address of addresses) {
    try {
      return { socket: await tcp(address, gateway.port, signal), address }
    } catch (cause) {
      failure = cause as NodeJS.ErrnoException
      if (signal.aborted) break
    }
  }
  throw new Unreachable(offlineSentence(gateway, failure.code), { cause: failure })
}

function tcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true })
    const end = (error?: Error): void => {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners()
      if (error === undefined) return resolve(socket)
      socket.on('error', () => {}).destroy()
      reject(error)
    }
    const stop = (): void => end(new Error('stopped'))
    const late = setTimeout(() => end(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), CONNECT_TIMEOUT_MS)
    signal.addEventListener('abort', stop)
    socket.once('connect', () => end())
    socket.once('error', end)
    if (signal.aborted) stop()
  })
}

/** What a person can do about it differs, so the sentences do. */
export function offlineSentence(gateway: Gateway, code: string | undefined): string {
  const where = hostPort(gateway)
  const unknown = `Cannot connect to ${where}${code === undefined ? '' : ` (${code})`}`
  return SENTENCES[code ?? '']?.(gateway.host, where) ?? unknown
}

const noWay = (_host: string, where: string): string => `Offline: there is no way to ${where}`

const SENTENCES: Readonly<Record<string, (host: string, where: string) => string>> = {
  ENOTFOUND: (host) => `There is no host "${host}", or the name service is out of reach`,
  EAI_AGAIN: (host) => `Offline: the name service does not answer for "${host}"`,
  ENETUNREACH: noWay,
  ENETDOWN: noWay,
  EHOSTUNREACH: noWay,
  EADDRNOTAVAIL: noWay,
  ECONNREFUSED: (_host, where) => `Nothing listens on ${where}`,
  ETIMEDOUT: (_host, where) => `${where} does not answer`,
}
