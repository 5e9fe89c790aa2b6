import type { Connection, PublicKeyAuthContext } from 'ssh2'
import { expect, test } from 'vitest'

import { bannerPayload, debugPayload, disconnectPayload } from './ssh-message.ts'
import { acceptOffer, answerLateRequests, watchRoundTrips } from './ssh2-private.ts'

function fakeClient(session?: unknown) {
  const failures: number[] = []
  const requests: unknown[][] = []
  let pings = 0
  const protocol = {
    _destruct: () => {},
    _handlers: { CHANNEL_REQUEST: (...rest: unknown[]) => requests.push(rest) } as Record<
      string,
      (...rest: unknown[]) => void
    >,
    ping: () => (pings += 1),
    channelFailure: (recipient: number) => failures.push(recipient),
  }
  const inside = { _sock: { writable: true }, _protocol: protocol, _chanMgr: { get: () => session } }
  return { client: inside as unknown as Connection, protocol, failures, requests, pings: () => pings }
}

test('watchRoundTrips() is not deceived by the answers to keepalives of ssh2 itself', () => {
  const { client, protocol, pings } = fakeClient()
  const roundTrip = watchRoundTrips(client)
  let answered = 0
  protocol.ping()
  roundTrip(() => (answered += 1))
  expect(pings()).toBe(2)

  protocol._handlers['REQUEST_FAILURE']?.()
  expect(answered).toBe(0)
  protocol._handlers['REQUEST_SUCCESS']?.()
  expect(answered).toBe(1)
  protocol._handlers['REQUEST_FAILURE']?.()
  expect(answered).toBe(1)
})

test("answerLateRequests() answers PuTTY's winadj once a shell runs, and leaves the rest to ssh2", () => {
  const session = { _channel: {}, _chanInfo: { outgoing: { id: 7 } } }
  const { client, protocol, failures, requests } = fakeClient(session)
  answerLateRequests(client)
  const ask = protocol._handlers['CHANNEL_REQUEST']

  ask?.(protocol, 0, 'winadj@putty.projects.tartarus.org', true, null)
  ask?.(protocol, 0, 'window-change', false, {})

  expect(failures).toEqual([7])
  expect(requests.map((request) => [request[2], request[3]])).toEqual([
    ['winadj@putty.projects.tartarus.org', false],
    ['window-change', false],
  ])
})

test('answerLateRequests() leaves requests before the shell to ssh2', () => {
  const { client, protocol, failures, requests } = fakeClient({ _channel: undefined })
  answerLateRequests(client)

  protocol._handlers['CHANNEL_REQUEST']?.(protocol, 0, 'x11-req', true, null)

  expect(failures).toEqual([])
  expect(requests[0]?.[3]).toBe(true)
})

test.each([
  ['ssh-rsa', 'sha256', 'rsa-sha2-256'],
  ['ssh-rsa', 'sha512', 'rsa-sha2-512'],
  ['ssh-ed25519', undefined, 'ssh-ed25519'],
])('acceptOffer() names the algorithm of an offered %s key with %s: %s', (algo, hashAlgo, named) => {
  const context = { key: { algo }, hashAlgo, accepted: '', accept: () => (context.accepted = context.key.algo) }

  acceptOffer(context as unknown as PublicKeyAuthContext)

  expect(context.accepted).toBe(named)
})

test('messages are laid out as RFC 4252 and RFC 4253 say', () => {
  expect(disconnectPayload(11, 'é').toString('hex')).toBe('010000000b00000002c3a900000000')
  expect(debugPayload('a').toString('hex')).toBe('040100000003610d0a00000000')
  expect(bannerPayload('a').toString('hex')).toBe('3500000003610d0a00000000')
})
