import type { AuditEvent } from '../audit/event.ts'
import type { CallQuery, CallRecord } from '../audit/call-record.ts'
import type { ToolRecord } from '../catalogue/tool-store.ts'
import type { ProvenKey } from '../identity/ssh-admission.ts'
import type { User } from '../identity/user.ts'
import type { Topic } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Shares } from '../sharing/shares.ts'
import type { StatusFeed } from '../tui/status.ts'
import type { Connector } from '../tunnels/connector.ts'
import type { Accepted, Arguments } from './flags.ts'

/** A connector of a person's, with what callers use. */
export interface LiveTunnel extends Pick<
  Connector,
  'route' | 'target' | 'health' | 'mode' | 'sinceMs' | 'sourceAddress'
> {
  readonly url: string
  /** How many connections serve the route, other people's included. */
  readonly connectors: number
}

/** What commands may ask the gateway: only what is the person's own. Nothing here decides about a call or approves a tool. */
export interface ShellPorts {
  tunnelsOf(user: User): readonly LiveTunnel[]
  /** Their own tunnel, under any label, and what they serve now. */
  isServedBy(user: User, route: string): boolean
  callsOf(user: User, query: Pick<CallQuery, 'sinceMs' | 'route' | 'denied' | 'limit'>): Promise<readonly CallRecord[]>
  /** By route; of one, or of all. */
  toolsOf(user: User, route: string | undefined): readonly ToolRecord[]
  readonly shares: Pick<Shares, 'create' | 'ofUser' | 'revoke'>
  forgetKey(fingerprint: string, user: User): Promise<boolean>
}

/** One `ssh HOST COMMAND`. */
export interface ShellSession {
  readonly user: User
  /** Undefined for who came in by a link without a key. */
  readonly key: ProvenKey | undefined
  readonly address: string
  readonly ports: ShellPorts
  readonly events: Topic<AuditEvent>
  readonly clock: Clock
  /** What the terminal of this connection would show. */
  readonly feed: StatusFeed
  /** SSH connections of this person, this one included. */
  connections(): number
  /** Ends all of them; this one when the command has ended. */
  endConnections(): void
  /** Aborted when nobody reads any more. */
  readonly gone: AbortSignal
}

/** Where a command writes. Lines without their end; nothing in them moves a cursor. */
export interface Output {
  line(text: string): void
  /** One object in one line. */
  json(value: object): void
  problem(text: string): void
  /** Whether the reader keeps up. What is written although it does not waits in memory. */
  readonly isReady: boolean
  /** Resolves when it does, or when nobody reads any more. */
  ready(): Promise<void>
}

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const

export interface Command extends Accepted {
  readonly name: string
  /** What follows its name, for `help`. */
  readonly usage: string
  readonly summary: string
  /** Resolves to the exit status. */
  run(given: Arguments, session: ShellSession, output: Output): number | Promise<number>
}
