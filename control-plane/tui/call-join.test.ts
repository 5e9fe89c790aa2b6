import { expect, test } from 'vitest'

import type { CallDecided } from '../audit/event.ts'
import { callJoiner } from './call-join.ts'

const decided: CallDecided = {
  kind: 'call.decided',
  atMs: 1,
  requestId: 'r1',
  route: 'x',
  resource: '',
  clientAddress: '',
  token: undefined,
  caller: undefined,
  httpMethod: 'GET',
  method: undefined,
  subject: undefined,
  path: '',
  era: undefined,
  session: undefined,
  trace: undefined,
  requestBytes: 0,
  arguments: undefined,
  rule: undefined,
  verdict: 'refuse',
  reasons: [],
}
const completedOf = (requestId: string) =>
  ({
    kind: 'call.completed',
    atMs: 2,
    requestId,
    route: 'x',
    httpStatus: 200,
    durationMs: 7,
    bytesIn: 0,
    bytesOut: 0,
    flags: '',
  }) as const

test('callJoiner() gives a call when it is decided and again, with its duration, when it is complete', () => {
  const join = callJoiner()

  expect(join(decided)).toMatchObject({ requestId: 'r1', method: 'GET', verdict: 'denied', durationMs: undefined })
  expect(join(completedOf('r1'))).toMatchObject({ requestId: 'r1', verdict: 'denied', durationMs: 7 })
  expect(join(completedOf('r1'))).toBeUndefined()
})

test('callJoiner() forgets the oldest of more than 2000 open calls', () => {
  const join = callJoiner()
  for (let number = 0; number <= 2000; number += 1) join({ ...decided, requestId: `r${number}` })

  expect(join(completedOf('r0'))).toBeUndefined()
  expect(join(completedOf('r1'))).toBeDefined()
})

test('callJoiner() says that an allowed call failed', () => {
  const join = callJoiner()
  join({ ...decided, verdict: 'allow' })

  expect(join({ ...completedOf('r1'), httpStatus: 503 })).toMatchObject({ verdict: 'failed (503)' })
})

test('callJoiner() names the program by an OAuth client id that is a URL, else by what it calls itself', () => {
  const caller = { userId: 'u', email: 'a@b.c', grantId: 'g', scopes: [] }
  const headers = [['user-agent', 'evil\u001b[2J/1.0 (x)']] as const
  const clientOf = (clientId: string) => callJoiner()({ ...decided, headers, caller: { ...caller, clientId } })?.client

  expect(clientOf('https://claude.ai/oauth/metadata')).toBe('claude.ai')
  expect(clientOf('x7f3')).toBe('evil/1.0')
})

test('callJoiner() ends a call that was given up, of which Envoy knows no route', () => {
  const join = callJoiner()
  join({ ...decided, verdict: 'allow' })

  expect(join({ kind: 'call.abandoned', requestId: 'r1', route: '' })).toMatchObject({
    route: 'x',
    verdict: 'gone',
    durationMs: 0,
  })
})

test('callJoiner() keeps arguments as the route lets them be kept', () => {
  const kept = (given: CallDecided['arguments']) => callJoiner()({ ...decided, arguments: given })?.details?.arguments

  expect(kept({ kind: 'full', value: { a: 1 } })).toBe('{"a":1}')
  expect(kept({ kind: 'hash', sha256: 'abc' })).toBe('not kept, only their hash: abc')
  expect(kept(undefined)).toBeUndefined()
})

test('callJoiner() does not tell where the files of the gateway lie', () => {
  const join = callJoiner()

  expect(join({ ...decided, rule: 'deny /etc/sallyport/teams/a.yaml:3:5' })).toMatchObject({ rule: 'deny a.yaml:3:5' })
})
