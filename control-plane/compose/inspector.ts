import type { World } from '../authz/hearing.ts'
import type { AuditEvent } from '../audit/event.ts'
import type { Sighting } from '../catalogue/tool-pins.ts'
import { answerBody, DEFAULT_MAX_ANSWER_BYTES } from '../inspect/answer-body.ts'
import { answerRule } from '../inspect/answer-rules.ts'
import type { OwnedTask } from '../tasks/task-owners.ts'
import { Inspection } from '../inspect/inspection.ts'
import { MemoryBudget } from '../inspect/memory-budget.ts'
import { sealedSession } from '../inspect/seal-session.ts'
import type { Current } from '../kernel/current.ts'
import type { Topic } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'

/** Of all answers that are being read at a time. */
const MAX_HELD_BYTES = 256 * 1024 * 1024

/** The response side of the authorizer role: one inspection for each answer that a verdict wants read. */
export function inspectorOf(
  current: Current<World>,
  ports: {
    readonly clock: Clock
    readonly random: Random
    readonly see: (sighting: Sighting) => void
    readonly own: (task: OwnedTask) => void
    readonly events: Topic<AuditEvent>
  },
): () => Inspection {
  const { clock, random } = ports
  const [key] = current.value.sealingKeys
  if (key === undefined) throw new Error('There is no key for sessions')
  const memory = new MemoryBudget(MAX_HELD_BYTES)
  return () =>
    new Inspection({
      seal: (headers, verdict) => sealedSession(headers, verdict, { key, random, nowMs: clock.nowMs() }),
      bodyOf: (facts, headers) => {
        const world = current.value
        const route = world.routes.find(facts.route)
        if (route === undefined) throw new Error('The route of an inspected answer is gone')
        const { redact, maxResponseBytes } = route.rules
        return answerBody(headers.get('content-type'), {
          rule: answerRule(route, facts, { ...world, ...ports, nowMs: clock.nowMs() }),
          onText: redact ?? ((text) => text),
          rpcId: facts.rpcId,
          requestId: facts.requestId,
          maxBytes: maxResponseBytes ?? DEFAULT_MAX_ANSWER_BYTES,
          memory: memory.open(),
        })
      },
      ended({ requestId, route }, isError) {
        const said = isError === undefined ? {} : { isError }
        ports.events.publish({ kind: 'call.inspected', requestId, route, hasEnded: true, ...said })
      },
    })
}
