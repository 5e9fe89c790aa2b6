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

test('callJoiner() forgets the oldest of more than 500 open calls', () => {
  const join = callJoiner()
  for (let number = 0; number <= 500; number += 1) join({ ...decided, requestId: `r${number}` })

  expect(join(completedOf('r0'))).toBeUndefined()
  expect(join(completedOf('r1'))).toBeDefined()
})

test('callJoiner() says that an allowed call failed', () => {
  const join = callJoiner()
  join({ ...decided, verdict: 'allow' })

  expect(join({ ...completedOf('r1'), httpStatus: 503 })).toMatchObject({ verdict: 'failed (503)' })
})
