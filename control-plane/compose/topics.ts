import type { AuditEvent } from '../audit/event.ts'
import type { PinnedTool } from '../catalogue/catalogue.ts'
import type { StandingDelta } from '../identity/standing.ts'
import type { RevokedSession } from '../identity/web-sessions.ts'
import { localTopic, type Topic } from '../kernel/bus.ts'
import type { OwnedTask } from '../tasks/task-owners.ts'
import type { PresenceChange } from '../tunnels/presence.ts'
import type { TokenDelta } from '../upstream-connections/token-copy.ts'

/** Everything that roles tell each other. */
export interface Topics {
  readonly standing: Topic<StandingDelta>
  readonly presence: Topic<PresenceChange>
  readonly revokedSessions: Topic<RevokedSession>
  readonly events: Topic<AuditEvent>
  /** For authorizers alone. */
  readonly upstreamTokens: Topic<TokenDelta>
  readonly tools: Topic<PinnedTool>
  readonly tasks: Topic<OwnedTask>
}

export const localTopics = (): Topics => ({
  standing: localTopic(),
  presence: localTopic(),
  revokedSessions: localTopic(),
  events: localTopic(),
  upstreamTokens: localTopic(),
  tools: localTopic(),
  tasks: localTopic(),
})

/** Paths below the data folder, which is everybody's working directory: a unix socket's path has at most 107 bytes. */
export const SOCKETS = {
  web: 'run/web.sock',
  xds: 'run/xds.sock',
  inspect: 'run/inspect.sock',
  authorizer: 'run/authorizer.sock',
  approvals: 'run/approvals.sock',
  control: 'run/control.sock',
  folder: 'run',
} as const
