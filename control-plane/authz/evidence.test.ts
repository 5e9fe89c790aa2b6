import { expect, test } from 'vitest'

import type { CallDecided } from '../audit/event.ts'
import { compilePolicy, ownerOnly } from '../policy/compile.ts'
import { decide } from '../policy/decide.ts'
import { inputOf } from '../policy/hypothetical.ts'
import type { Publication, Route } from '../routes/publication.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { reasonsOf, sessionReference, traceOf, withEvidence, type Evidence } from './evidence.ts'
import type { Verdict } from './verdict.ts'

const event = { kind: 'call.decided' } as CallDecided
const publication = {
  placeOf: (path) => `file:${path.join('.')}`,
  recordArguments: 'redacted',
} as Partial<Publication> as Publication

function evidenceOf(policyData: unknown, more: Partial<Route> = {}): Evidence {
  const policy = compilePolicy(policyData)
  if (!policy.ok) throw new Error('The policy does not compile')
  const route: Route = {
    key: 'team',
    policy: policy.value,
    policyAt: ['routes', 0],
    upstream: { kind: 'tunnel' },
    rules: NO_RULES,
    ...more,
  }
  const decision = decide(route.policy, inputOf({ user: { id: 'usr_a' }, tool: 'read' }, 0))
  return { publication, route, decision, arguments: { a: 'xyz' }, sealedSession: undefined, isSettledByPolicy: true }
}

test('a record names the block that settled the call by its place', () => {
  const allowed = evidenceOf({ allow: { and: [{ accept: true }] } })

  expect(withEvidence(event, allowed).rule).toBe('allow file:routes.0.allow.and')
  expect(withEvidence(event, allowed).rule).toBe('allow file:routes.0.allow.and')
  expect(withEvidence(event, evidenceOf({ deny: { or: [{ accept: true }] } })).rule).toBe('deny file:routes.0.deny.or')
  expect(withEvidence(event, evidenceOf({ allow: { and: [{ reject: true }] } })).rule).toBe('default')
  expect(withEvidence(event, { ...allowed, decision: undefined }).rule).toBeUndefined()
  const nowhere = evidenceOf({ allow: { and: [{ accept: true }] } })
  expect(withEvidence(event, { ...nowhere, publication: {} as Publication }).rule).toBe('allow')
})

test('a block that two routes share has a place in each of them', () => {
  const first = evidenceOf({ allow: { and: [{ accept: true }] } })
  const second = { ...first, route: { ...first.route, policyAt: ['routes', 1] } }

  expect(withEvidence(event, first).rule).toBe('allow file:routes.0.allow.and')
  expect(withEvidence(event, second).rule).toBe('allow file:routes.1.allow.and')
})

test('the policy of a personal tunnel stands nowhere', () => {
  const policy = ownerOnly('usr_a')
  const decision = decide(policy, inputOf({ user: { id: 'usr_a' } }, 0))
  const { policyAt: _, ...route } = evidenceOf({ allow: { and: [{ accept: true }] } }).route

  const evidence = {
    publication,
    route: { ...route, policy },
    decision,
    arguments: undefined,
    sealedSession: undefined,
    isSettledByPolicy: true,
  }

  expect(withEvidence(event, evidence).rule).toBe('allow owner')
})

test('arguments are kept as the route says, else as all routes do, else as a hash', () => {
  const data = { allow: { and: [{ accept: true }] } }

  expect(withEvidence(event, evidenceOf(data)).arguments).toEqual({ kind: 'redacted', value: { a: 'string(3)' } })
  expect(withEvidence(event, evidenceOf(data, { recordArguments: 'full' })).arguments?.kind).toBe('full')
  expect(withEvidence(event, { ...evidenceOf(data), publication: {} as Publication }).arguments?.kind).toBe('hash')
})

test('a session has a reference from which it cannot be told', () => {
  const sealedSession = 'sealed-id'
  const { session } = withEvidence(event, { ...evidenceOf({ allow: { and: [{ accept: true }] } }), sealedSession })

  expect(session).toMatch(/^ses_[0-9a-f]{16}$/)
  expect(session).toBe(sessionReference(sealedSession))
  expect(session).not.toBe(sessionReference('another'))
})

test('traceOf() takes the header before _meta, and neither where both are nonsense', () => {
  const traceIn = (digit: string): string => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`
  const requestOf = (traceparent?: string): Parameters<typeof traceOf>[0] => ({
    id: 'r1',
    method: 'POST',
    host: '',
    clientAddress: '',
    path: '',
    headers: new Map(traceparent === undefined ? [] : [['traceparent', traceparent]]),
    body: new Uint8Array(),
  })
  const messageOf = (meta: unknown): Parameters<typeof traceOf>[1] => ({
    kind: 'request',
    id: 1,
    method: 'ping',
    params: { _meta: meta },
  })

  expect(traceOf(requestOf(traceIn('a')), messageOf({ traceparent: traceIn('b') }))?.traceId).toBe('a'.repeat(32))
  expect(traceOf(requestOf('nonsense'), messageOf({ traceparent: traceIn('b') }))?.traceId).toBe('b'.repeat(32))
  expect(traceOf(requestOf(), messageOf('nonsense'))).toBeUndefined()
  expect(traceOf(requestOf(), undefined)).toBeUndefined()
  expect(traceOf(requestOf(), { kind: 'response', id: 1 })).toBeUndefined()
})

test('a record says why in the policy’s words where the policy settled it, else as it was', () => {
  const stopped = { ...event, reasons: ['limit', '3 requests'] }
  const denied = evidenceOf({ allow: { and: [{ mcp_tool: 'write' }] } })
  const allowed = evidenceOf({ allow: { and: [{ authenticated_user: true }] } })
  const byRule = evidenceOf({ deny: { or: [{ mcp_tool: 'read' }] }, allow: { and: [{ accept: true }] } })

  expect(withEvidence(stopped, denied).reasons).toEqual(['no-allow', 'mcp-tool-no-match'])
  expect(withEvidence(stopped, allowed).reasons).toEqual(['user-ok'])
  expect(withEvidence(stopped, byRule).reasons).toEqual(['deny', 'mcp-tool-match'])
  expect(withEvidence(stopped, { ...allowed, isSettledByPolicy: false }).reasons).toEqual(['limit', '3 requests'])
  expect(withEvidence(stopped, { ...allowed, decision: undefined }).reasons).toEqual(['limit', '3 requests'])
})

test('reasonsOf() says what else stopped a call, or what its caller was told', () => {
  const allow = { kind: 'allow' } as Verdict
  const offline: Verdict = { kind: 'refuse_plain', status: 503, message: 'Tunnel offline' }
  const refused: Verdict = { kind: 'refuse', status: 200, rpcId: 1, error: { code: -32600, message: 'No' } }
  const challenge: Verdict = { kind: 'challenge', challenge: { resourceMetadataUrl: '', scope: 'mcp' } }

  expect(reasonsOf(refused, { limit: '3 requests' })).toEqual(['limit', '3 requests'])
  expect(reasonsOf(refused, { toolProblem: 'tool-changed' })).toEqual(['tool-changed'])
  expect(reasonsOf(refused, { isStrangersTask: true })).toEqual(['task-not-theirs'])
  expect(reasonsOf(offline, {})).toEqual(['Tunnel offline'])
  expect(reasonsOf(refused, {})).toEqual(['No'])
  expect(reasonsOf(challenge, {})).toEqual(['no-token'])
  expect(reasonsOf(challenge, { token: {} })).toEqual([])
  expect(reasonsOf({ kind: 'preflight' }, {})).toEqual([])
  expect(reasonsOf(allow, {})).toEqual([])
})

test('an event holds headers from a list without secrets, and of each not more than 256 characters', () => {
  const headers = new Map([
    ['authorization', 'Bearer secret'],
    ['cookie', 'session=secret'],
    ['mcp-session-id', 'secret'],
    ['x-api-key', 'secret'],
    ['dpop', 'secret'],
    ['user-agent', 'a'.repeat(300)],
    ['mcp-protocol-version', '2025-11-25'],
  ])

  const shown = withEvidence(event, { ...evidenceOf({ allow: { and: [{ accept: true }] } }), headers }).headers

  expect(shown).toEqual([
    ['user-agent', 'a'.repeat(256)],
    ['mcp-protocol-version', '2025-11-25'],
  ])
})
