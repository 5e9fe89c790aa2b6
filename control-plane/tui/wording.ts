/** Sentences that the plain lines and the screen share. */
import { printable } from './printable.ts'
import type { CallStatus, TunnelStatus } from './status.ts'

/** UTC, because the person's time zone is not known here. */
export function timeOf(atMs: number): string {
  const seconds = Math.floor(atMs / 1000) % 86_400
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')

export function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`
}

export const durationOf = (ms: number | undefined): string =>
  ms === undefined ? '' : ms < 10_000 ? `${Math.round(ms)} ms` : ageOf(ms)

/** Three digits at most, and a unit. */
export function sizeOf(bytes: number | undefined): string {
  if (bytes === undefined) return ''
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  let value = bytes
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** Where a tunnel leads. Of a fixed forward only the ssh client knows: what we call it is a guess. */
export const targetOf = (tunnel: TunnelStatus): string =>
  tunnel.mode === 'static' ? 'the target of your -R' : printable(tunnel.target)

/** What is wrong at the end of the tunnel, and what to do; undefined where nothing is. */
export function problemOf(tunnel: TunnelStatus): { readonly what: string; readonly hint: string } | undefined {
  const isFixed = tunnel.mode === 'static'
  const target = isFixed ? 'the target of your -R' : printable(tunnel.target)
  const other = isFixed ? 'change the -R' : 'end the command with port=3000 for another port'
  switch (tunnel.health) {
    case 'refused':
      return {
        what: isFixed ? 'Nothing listens where this forward leads' : `Nothing listens on ${target}`,
        hint: `Start your MCP server there, or ${other}`,
      }
    case 'not_mcp':
      return {
        what: isFixed
          ? 'Something answers where this forward leads, but not as an MCP server'
          : `${target} answers, but not as an MCP server`,
        hint: `Which port is your MCP server on? If not this one, ${other}`,
      }
    case 'wrong_path':
      return {
        what: `An MCP server answers on ${target}, but not at ${pathOf(tunnel)}`,
        hint: `Let your server serve ${pathOf(tunnel)}: most frameworks have a setting for the path of Streamable HTTP`,
      }
    case 'unknown':
    case 'ok':
      return undefined
  }
}

/** Callers of a tunnel reach the server at the path below its name. */
const pathOf = ({ url }: TunnelStatus): string => `/${printable(url).split('/').at(-1) ?? ''}`

export const callerOf = (call: CallStatus): string => printable(call.caller ?? 'nobody')
export const subjectOf = (call: CallStatus): string => printable(call.subject ?? '')
export const methodOf = (call: CallStatus): string => printable(call.method)

/** Whether it is still going on. Whatever was turned away ends at once. */
export const isOpen = ({ durationMs, verdict }: CallStatus): boolean =>
  durationMs === undefined && (verdict === 'allowed' || verdict === 'waiting')

/** A stream on which the server speaks. */
export const isStream = ({ method }: CallStatus): boolean => method === 'GET'

export const whatOf = (call: CallStatus): string =>
  isStream(call) ? 'GET stream' : [methodOf(call), subjectOf(call)].filter((part) => part !== '').join(' ')
