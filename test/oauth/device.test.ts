import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { ann, openLab, type Answer, type Lab } from './lab.ts'

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

let lab: Lab
let clientId: string
beforeAll(async () => {
  lab = await openLab()
  // As VS Code and headless clients register: the device grant, no place to return to.
  const { body } = await lab.register({ client_name: 'Box', grant_types: [DEVICE_CODE, 'refresh_token'] })
  clientId = String(body['client_id'])
})
afterAll(() => lab[Symbol.asyncDispose]())
afterEach(() => vi.useRealTimers())

const begin = (): Promise<Answer> =>
  lab.post('/oauth/device-authorization', { client_id: clientId, resource: `${lab.resource}/` })
const poll = (begun: Answer): Promise<Answer> =>
  lab.post('/oauth/token', {
    grant_type: DEVICE_CODE,
    device_code: String(begun.body['device_code']),
    client_id: clientId,
  })

test('a device gets its tokens once the person has allowed what the page showed (RFC 8628)', async () => {
  const begun = await begin()
  expect(begun.body).toMatchObject({
    device_code: expect.stringMatching(/^spd_/),
    user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verification_uri: `${lab.url}/device`,
    verification_uri_complete: expect.stringContaining(`${lab.url}/device?user_code=`),
    expires_in: 900,
  })
  expect((await poll(begun)).body).toMatchObject({ error: 'authorization_pending' })

  const question = await lab.authorization.devices.find(String(begun.body['user_code']).toLowerCase())
  expect(question).toMatchObject({ clientName: 'Box', resource: lab.resource, scope: 'mcp', address: '127.0.0.1' })
  if (question === undefined) throw new Error('unreachable')
  expect(await lab.authorization.devices.allow(question, ann)).toBe(true)

  const answer = await poll(begun)
  expect(answer).toMatchObject({ status: 200, body: { scope: 'mcp', refresh_token: expect.any(String) } })
  expect(lab.accessTokens.find(String(answer.body['access_token']))).toMatchObject({ sub: ann.id, aud: lab.resource })
})

test('a code is answered once, whoever answers second, and the device code gives tokens once', async () => {
  const begun = await begin()
  const question = await lab.authorization.devices.find(String(begun.body['user_code']))
  if (question === undefined) throw new Error('unreachable')
  const { devices } = lab.authorization

  const counted = await Promise.all([
    devices.allow(question, ann),
    devices.allow(question, ann),
    devices.deny(question),
  ])

  expect(counted.filter(Boolean)).toHaveLength(1)
  expect(await devices.find(question.userCode)).toBeUndefined()
  const first = await poll(begun)
  expect(first.status).toBe(200)
  expect((await poll(begun)).body).toMatchObject({ error: 'invalid_grant' })
  expect(lab.accessTokens.find(String(first.body['access_token']))).toBeUndefined()
})

test('a person’s no reaches the device', async () => {
  const begun = await begin()
  const question = await lab.authorization.devices.find(String(begun.body['user_code']))
  if (question === undefined) throw new Error('unreachable')

  expect(await lab.authorization.devices.deny(question)).toBe(true)

  expect((await poll(begun)).body).toMatchObject({ error: 'access_denied' })
})

test('a code expires, and nobody can allow it then', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const begun = await begin()

  vi.setSystemTime(Date.now() + 16 * 60_000)

  expect(await lab.authorization.devices.find(String(begun.body['user_code']))).toBeUndefined()
  expect((await poll(begun)).status).toBe(400)
})

test('a request for a resource that nobody serves is refused before any person is asked', async () => {
  const answer = await lab.post('/oauth/device-authorization', {
    client_id: clientId,
    resource: 'https://evil.example/mcp',
  })

  expect(answer.body).toMatchObject({ error: 'invalid_target' })
})
