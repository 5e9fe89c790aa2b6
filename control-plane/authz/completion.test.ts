import { expect, test } from 'vitest'

import { struct } from '../../proto/struct.ts'
import { completionOf } from './completion.ts'

const EXT_AUTHZ = 'envoy.filters.http.ext_authz'

test('an entry with a verdict is the end of that call', () => {
  const entry = {
    common_properties: {
      metadata: { filter_metadata: { [EXT_AUTHZ]: struct({ request_id: 'r1', route: 'team', decision: 'allow' }) } },
      start_time: { seconds: 1, nanos: 500_000_000 },
      duration: { nanos: 20_000_000 },
    },
    response: { response_code: { value: 200 } },
  }

  expect(completionOf(entry)).toMatchObject({
    kind: 'call.completed',
    requestId: 'r1',
    route: 'team',
    atMs: 1520,
    durationMs: 20,
    httpStatus: 200,
  })
})

test('an entry without a verdict is a call that nobody waited for, unless it was for a page of ours', () => {
  const request = { request_id: 'r1' }

  expect(completionOf({ request })).toEqual({ kind: 'call.abandoned', requestId: 'r1', route: '' })
  expect(completionOf({ request, common_properties: { upstream_cluster: 'web' } })).toBeUndefined()
  expect(completionOf({})).toBeUndefined()
})

test('an entry of an address without a tunnel is nothing', () => {
  const facts = struct({ request_id: 'r1', route: '', decision: 'deny' })

  expect(completionOf({ common_properties: { metadata: { filter_metadata: { [EXT_AUTHZ]: facts } } } })).toBeUndefined()
})
