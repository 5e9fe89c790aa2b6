/** Addresses as people write them: the gateway's and those of the servers behind the tunnel. */
import { type Read, read, unreadable } from './result.ts'

export interface Gateway {
  readonly host: string
  readonly port: number
  /** Before the `@`; the name on this computer without it. */
  readonly username: string | undefined
}

export interface TcpTarget {
  readonly host: string
  readonly port: number
}

/** The port of SSH. */
const DEFAULT_SSH_PORT = 22

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i
const IPV6 = /^[0-9a-f:.]{2,45}$/i

export function parsePort(text: string): Read<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? read(port) : unreadable(`"${text}" is not a port: use a number from 1 to 65535`)
}

/** `localhost:3000`, `[::1]:3000`, or only `3000` on this computer. */
export function parseTarget(text: string): Read<TcpTarget> {
  if (/^\d+$/.test(text)) return withHost('localhost', parsePort(text))
  const { host, port } = split(text)
  if (host === undefined) return unreadable(`"${text}" is not host:port`)
  if (port === undefined) return unreadable(`"${text}" has no port: write "${text}:8080"`)
  return withHost(host, parsePort(port))
}

/** `gateway.example.com`, `user@gateway.example.com:2222`, `[2001:db8::1]:2222`. */
export function parseGateway(text: string): Read<Gateway> {
  const at = text.lastIndexOf('@')
  const username = at < 0 ? undefined : text.slice(0, at)
  const { host, port } = split(text.slice(at + 1))
  if (host === undefined || username === '') return unreadable(`"${text}" is not a host: write HOST or USER@HOST:PORT`)
  const number = port === undefined ? read(DEFAULT_SSH_PORT) : parsePort(port)
  return number.ok ? read({ host, port: number.value, username }) : number
}

/** As a URL or `known_hosts` would: an IPv6 address stands in brackets. */
export const hostPort = ({ host, port }: TcpTarget): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

const withHost = (host: string, port: Read<number>): Read<TcpTarget> =>
  port.ok ? read({ host, port: port.value }) : port

function split(text: string): { readonly host: string | undefined; readonly port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed !== null) {
    const host = bracketed[1] ?? ''
    return { host: IPV6.test(host) ? host : undefined, port: bracketed[2] }
  }
  const colon = text.indexOf(':')
  if (colon >= 0 && text.includes(':', colon + 1)) return { host: IPV6.test(text) ? text : undefined, port: undefined }
  const host = colon < 0 ? text : text.slice(0, colon)
  return { host: HOST.test(host) ? host : undefined, port: colon < 0 ? undefined : text.slice(colon + 1) }
}
