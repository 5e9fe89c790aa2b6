/** What one check costs the authorizer, in this process: no gRPC, no Envoy. The token's signature is known from an earlier call. */
import { authorize } from '../../control-plane/authz/authorize.ts'
import { encodeVerdict } from '../../control-plane/authz/check-response.ts'
import { withEvidence } from '../../control-plane/authz/evidence.ts'
import { NOW_MS, requestOf, toolCall, worldOf } from '../../control-plane/authz/world.fixture.ts'
import { bestMs } from './best.ts'
import { POLICY } from './policy.ts'

const RUNS = 20_000

/** The last of the twenty rules allows this one. */
const ALLOWED = toolCall('write', { arguments: { path: '/srv/a', text: 'x'.repeat(500) } })
const DENIED = toolCall('drop', { arguments: { path: '/srv/a', text: 'x'.repeat(500) } })
const ANYBODY = { allow: { and: [{ accept: true }] } }

const CASES: readonly (readonly [string, unknown, object])[] = [
  ['one rule for everybody', ANYBODY, ALLOWED],
  ['20 rules, the last one allows', POLICY, ALLOWED],
  ['20 rules, none allows', POLICY, DENIED],
]

export function benchAuthorizer(): void {
  const body = requestOf({ body: ALLOWED }).body
  const baseMs = bestMs(() => JSON.stringify(JSON.parse(Buffer.from(body).toString())), { runs: RUNS })
  const micro = (ms: number): string => (ms * 1000).toFixed(1).padStart(10)
  console.log(
    `\nauthorizer, ${body.length} bytes${' '.repeat(11)}judge   + answer   + record   µs per check; the body parsed and printed: ${micro(baseMs).trim()}`,
  )
  for (const [name, policy, message] of CASES) {
    const world = worldOf({ policy })
    const request = requestOf({ body: message })
    const facts = { request_id: request.id, route: 'team' }
    const expected = message === DENIED ? 'refuse' : 'allow'
    const judged = authorize(request, world, NOW_MS)
    if (judged.verdict.kind !== expected) throw new Error(`${name}: ${judged.verdict.kind}`)
    const judge = bestMs(() => authorize(request, world, NOW_MS), { runs: RUNS })
    const answer = bestMs(() => encodeVerdict(authorize(request, world, NOW_MS), request, facts), { runs: RUNS })
    const { event, evidence } = judged
    const record = bestMs(() => event && evidence && withEvidence(event, evidence), { runs: RUNS })
    console.log(
      `${name.padEnd(30)}${micro(judge)}${micro(answer)}${micro(answer + record)}   ${(judge / baseMs).toFixed(1)} times the baseline`,
    )
  }
}

if (import.meta.main) benchAuthorizer()
