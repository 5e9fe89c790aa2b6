import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { LOOPBACK, openLab, signIn, signInAs, type Lab } from './lab.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab[Symbol.asyncDispose]())
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms)
const refresh = (clientId: string, token: unknown, extra: Record<string, string> = {}) =>
  lab.post('/oauth/token', { grant_type: 'refresh_token', refresh_token: String(token), client_id: clientId, ...extra })

test('twenty refreshes of one token at the same time get one and the same successor', async () => {
  const { refresh: again, clientId } = await signIn(lab, { client_name: 'Burst' })

  const answers = await Promise.all(Array.from({ length: 20 }, () => again()))

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
  expect(new Set(answers.map(({ body }) => body['refresh_token'])).size).toBe(1)
  expect((await refresh(clientId, answers[0]?.body['refresh_token'])).status).toBe(200)
})

test('a repetition gets the same successor until the window closes, which no repetition extends', async () => {
  const { refresh: again } = await signIn(lab, { client_name: 'Slow' })
  const first = await again()

  later(119_000)
  expect((await again({ scope: 'mcp offline_access' })).body).toEqual(first.body)
  later(2000)
  expect(await again()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('a reuse after the window ends the whole family', async () => {
  const { refresh: again, clientId, body } = await signIn(lab, { client_name: 'Stolen' })
  const successor = await again()
  later(121_000)

  await again()

  expect(await refresh(clientId, successor.body['refresh_token'])).toMatchObject({ status: 400 })
  expect(lab.accessTokens.find(String(successor.body['access_token']))).toBeUndefined()
  expect(lab.accessTokens.find(String(body['access_token']))).toBeUndefined()
})

test('a refresh that was answered just before a restart is answered again after it', async () => {
  const { refresh: again } = await signIn(lab, { client_name: 'Restarted' })
  const first = await again()

  await lab.restart()

  expect((await again()).body).toEqual(first.body)
})

test('the repetition of a confidential client is answered only after it has proven itself', async () => {
  const registered = await lab.register({
    client_name: 'Confidential',
    redirect_uris: [LOOPBACK],
    token_endpoint_auth_method: 'client_secret_post',
  })
  const { client_id: id, client_secret: secret } = registered.body
  const tokens = await signInAs(lab, { client_id: String(id), client_secret: String(secret) })
  const good = await refresh(String(id), tokens['refresh_token'], { client_secret: String(secret) })

  const bad = await refresh(String(id), tokens['refresh_token'], { client_secret: 'wrong' })
  const again = await refresh(String(id), tokens['refresh_token'], { client_secret: String(secret) })

  expect(bad).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  expect(again.body).toEqual(good.body)
})

test('a client that refreshes every half hour for two days, with a restart each day, never signs in again', async () => {
  const { clientId, body } = await signIn(lab, { client_name: 'Days' })
  let token = body['refresh_token']

  for (let elapsed = 0; elapsed < 2 * DAY; elapsed += 30 * MINUTE) {
    later(30 * MINUTE)
    if (elapsed % DAY === 0) await lab.restart()
    const answer = await refresh(clientId, token)
    expect(answer.status).toBe(200)
    token = answer.body['refresh_token']
  }
})

test('a client that comes back after 89 days still refreshes, and after 91 days of silence does not', async () => {
  const { clientId, body } = await signIn(lab, { client_name: 'Rare' })
  later(89 * DAY)
  const answer = await refresh(clientId, body['refresh_token'])
  expect(answer.status).toBe(200)

  later(91 * DAY)

  expect(await refresh(clientId, answer.body['refresh_token'])).toMatchObject({ body: { error: 'invalid_grant' } })
})

test('a refresh says which scope it got, and more than was granted is narrowed, not refused', async () => {
  const { refresh: again } = await signIn(lab, { client_name: 'Codex' })

  expect(await again({ scope: 'mcp offline_access' })).toMatchObject({ status: 200, body: { scope: 'mcp' } })
})
