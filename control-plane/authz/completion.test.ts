import { expect, test } from 'vitest'

import { struct, type JsonObject } from '../../proto/struct.ts'
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

test('what an upstream said of a person’s own token comes back under that token', () => {
  const verdict = { request_id: 'r1', route: 'team', upstream_token: { user: 'u', generation: 'g' } }
  const entryOf = (facts: JsonObject, told?: JsonObject) => ({
    common_properties: {
      metadata: {
        filter_metadata: {
          [EXT_AUTHZ]: struct(facts),
          ...(told && { 'sallyport.upstream_refusal': struct(told) }),
        },
      },
      response_flags: { upstream_connection_failure: true, no_route_found: false },
    },
    request: { request_headers_bytes: 10, request_body_bytes: 5 },
    response: { response_headers_bytes: 20, response_body_bytes: 7 },
  })
  const refusalOf = (facts: JsonObject, told?: JsonObject): unknown => {
    const completion = completionOf(entryOf(facts, told))
    return completion?.kind === 'call.completed' ? completion.upstreamRefusal : 'none'
  }

  expect(refusalOf(verdict, { status: '401', challenge: 'Bearer' })).toEqual({
    userId: 'u',
    generation: 'g',
    status: 401,
    challenge: 'Bearer',
  })
  expect(refusalOf(verdict, { status: '403' })).toMatchObject({ challenge: '' })
  expect(refusalOf(verdict)).toBeUndefined()
  expect(refusalOf({ ...verdict, upstream_token: 'u' }, { status: '401' })).toBeUndefined()
  expect(refusalOf({ ...verdict, upstream_token: { user: 'u' } }, { status: '401' })).toBeUndefined()
  expect(refusalOf({ ...verdict, upstream_token: { generation: 'g' } }, { status: '401' })).toBeUndefined()
  expect(completionOf(entryOf(verdict))).toMatchObject({
    bytesIn: 15,
    bytesOut: 27,
    httpStatus: 0,
    atMs: 0,
    flags: 'upstream_connection_failure',
  })
})

test('an entry with half a verdict is nothing', () => {
  for (const facts of [{ request_id: 5, route: 'team' }, { request_id: 'r1' }]) {
    expect(
      completionOf({ common_properties: { metadata: { filter_metadata: { [EXT_AUTHZ]: struct(facts) } } } }),
    ).toBeUndefined()
  }
})
