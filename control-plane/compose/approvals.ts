import { ReviewBoard } from '../approvals/review-board.ts'
import { ApprovalDesk } from '../approvals/approval-desk.ts'
import type { World } from '../authz/hearing.ts'
import { holdCall } from '../authz/hold.ts'
import { extAuthzMethod } from '../grpc/ext-authz.ts'
import { openUnaryServer } from '../grpc/unary-server.ts'
import type { Current } from '../kernel/current.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { User } from '../identity/user.ts'
import { decide } from '../policy/decide.ts'
import { callerWithoutClient, NOTHING_NAMED, type PolicyInput } from '../policy/input.ts'
import { tunnelNameIn } from '../routes/publication.ts'
import type { Presence } from '../tunnels/presence.ts'
import type { Brain } from './brain.ts'
import { SOCKETS, type Topics } from './topics.ts'

/** Where Envoy leaves the calls that wait for a person. */
export async function openApprovals(
  world: Current<World>,
  ports: { readonly topics: Topics; readonly clock: Clock; readonly log: Log; readonly lifecycle: Lifecycle },
): Promise<ApprovalDesk> {
  const { topics, clock, log, lifecycle } = ports
  const desk = new ApprovalDesk(clock)
  desk.subscribe((change) => {
    const { requestId, route } = change.call
    const told = { atMs: clock.nowMs(), requestId, route }
    if (change.kind === 'held') topics.events.publish({ kind: 'call.held', ...told })
    else topics.events.publish({ kind: 'call.settled', ...told, settlement: change.settlement })
  })
  const method = extAuthzMethod(
    (check, onGone) => holdCall(check, { worldNow: () => world.value, desk, nowMs: () => clock.nowMs(), onGone }),
    log,
  )
  const server = await openUnaryServer(SOCKETS.approvals, method)
  lifecycle.own('approvals', {
    async [Symbol.asyncDispose]() {
      desk[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  })
  return desk
}

/** A person without a call. */
const somebody = (user: User, atMs: number): PolicyInput => ({
  caller: callerWithoutClient(user),
  http: undefined,
  mcp: NOTHING_NAMED,
  atMs,
})

/** What waits for whom: the person behind a tunnel, or the members of a group. */
export function reviewsOf(ports: {
  readonly brain: Pick<Brain, 'toolPins' | 'standing'>
  readonly desk: ApprovalDesk
  readonly world: Current<World>
  readonly presence: Presence
  readonly topics: Topics
  readonly clock: Clock
}): ReviewBoard {
  const { brain, desk, world, presence, topics, clock } = ports
  const board = new ReviewBoard({
    desk,
    pins: brain.toolPins,
    mayAnswer(userId, route, by) {
      const user = brain.standing.copy.findUser(userId)
      if (user === undefined) return false
      if (by.kind === 'group') {
        const approvers = world.value.routes.find(route)?.rules.approval?.approvers
        return approvers !== undefined && decide(approvers, somebody(user, clock.nowMs())).allowed
      }
      const name = tunnelNameIn(route)
      if (name !== undefined) return brain.standing.copy.findOwnerOf(name) === userId
      return presence.serving(route).some((connector) => connector.userId === userId)
    },
    blocks: (key, name) => {
      const { routes, catalogue } = world.value
      const route = routes.find(key)
      return route !== undefined && catalogue.problemWith(route.rules.tools, { route: key, name }) !== undefined
    },
  })
  topics.events.subscribe((event) => {
    if (event.kind === 'tool.appeared' || event.kind === 'tool.changed' || event.kind === 'tool.approved')
      board.toolChanged(event)
  })
  return board
}
