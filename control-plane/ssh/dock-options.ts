import type { Reviews } from '../approvals/review.ts'
import type { AuditEvent } from '../audit/event.ts'
import type { SshAdmission } from '../identity/ssh-admission.ts'
import type { Topic } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import type { Secret } from '../kernel/secret.ts'
import type { ShellPorts } from '../shell/command.ts'
import type { ResidentLimits } from './residents.ts'
import type { ConnectorBoard, TunnelClaims } from '../tunnels/tunnel-claims.ts'

/** Every number here stops somebody from holding or using up what others need. */
export interface DockLimits extends ResidentLimits {
  /** From accepting a connection to its being signed in. OpenSSH's own default is the same. */
  readonly loginGraceMs: number
  /** Instead of it, while a sign-in link is open in somebody's browser. */
  readonly signInGraceMs: number
  /** In total. From a tenth of it on some are turned away by chance, see `openFrontDoor`. */
  readonly maxUnauthenticated: number
  /** Per IPv4 address or IPv6 /64. */
  readonly maxUnauthenticatedPerAddress: number
  /** Proofs and other methods; offers of keys are counted apart, against the same number. */
  readonly maxAuthAttempts: number
  readonly maxForwards: number
  /** Channels that the dock opens: one per connection that Envoy keeps to this tunnel. */
  readonly maxChannels: number
  readonly maxSessions: number
  /** A client that answers nothing is gone after `keepaliveIntervalMs` × (`keepaliveCount` + 1): 42 s. */
  readonly keepaliveIntervalMs: number
  readonly keepaliveCount: number
  /** How long opening a channel and finding out the mode may take. */
  readonly openTimeoutMs: number
  /** See `PumpOptions.idleMs`. Envoy's idle timeout for a cluster must be shorter. */
  readonly idleMs: number
  /** How often a target that no call has met is asked whether an MCP server is there; 0: never, it is enough that it listens. */
  readonly healthMs: number
  /** How long calls under way may go on once a forward is taken back. */
  readonly drainMs: number
  /** While something is wrong with a target, how soon to look again: at first, and at last. */
  readonly recheckMs: number
  readonly maxRecheckMs: number
}

export const defaultLimits: DockLimits = {
  loginGraceMs: 120_000,
  signInGraceMs: 15 * 60_000,
  maxUnauthenticated: 500,
  maxUnauthenticatedPerAddress: 10,
  maxAuthAttempts: 20,
  maxForwards: 16,
  maxConnectionsPerUser: 50,
  maxTunnelsPerUser: 100,
  maxChannelsPerUser: 4096,
  bytesPerSecondPerUser: Number.POSITIVE_INFINITY,
  maxChannels: 1024,
  maxSessions: 8,
  keepaliveIntervalMs: 14_000,
  keepaliveCount: 2,
  openTimeoutMs: 10_000,
  idleMs: 60_000,
  healthMs: 60_000,
  drainMs: 10_000,
  recheckMs: 2000,
  maxRecheckMs: 15_000,
}

export interface DockOptions {
  /** Default: port 2222 on 127.0.0.1 and ::1. An address family that the machine lacks is skipped if another one works. */
  readonly listen?: readonly { readonly host: string; readonly port: number }[]
  /** PEM, one per algorithm. */
  readonly hostKeys: readonly Secret<string>[]
  /** Best relative: the path of a unix socket has 107 bytes. Created with mode 0700 where missing. */
  readonly socketFolder: string
  /** Instead of the defaults. */
  readonly limits?: Partial<{ readonly [Name in keyof DockLimits]: DockLimits[Name] | undefined }>
}

export interface DockPorts {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly admission: SshAdmission
  readonly claims: TunnelClaims
  readonly board: ConnectorBoard
  /** What waits for the people behind the tunnels. */
  readonly reviews: Reviews
  /** What `ssh HOST COMMAND` may ask. */
  readonly shell: ShellPorts
  /** Calls to the tunnels of a connection are shown in its terminal. */
  readonly events: Topic<AuditEvent>
  readonly say: {
    /** Where people sign in and see their tunnels: `http://localhost:7800`. */
    readonly publicUrl: string
  }
}
