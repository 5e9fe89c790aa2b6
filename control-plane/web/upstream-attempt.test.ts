import { randomBytes } from 'node:crypto'

import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import { beforeEach, expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { ATTEMPT_LIFE_MS, UpstreamAttempts } from './upstream-attempt.ts'

const clock = { atMs: 0, nowMs: () => clock.atMs }
let app: FastifyInstance

async function open(secure: boolean, key = randomBytes(32)): Promise<void> {
  app = Fastify()
  await app.register(cookie)
  const attempts = new UpstreamAttempts({
    box: new SecretBox(new Secret(key), systemRandom),
    clock,
    random: systemRandom,
    secure,
  })
  app.get('/begin', async (_request, reply) => {
    const facts = { next: '/next', connectTo: undefined, redirectUri: 'http://x.example/callback', providerId: 'a' }
    return attempts.begin(reply, facts)
  })
  app.get<{ Querystring: { state: string; provider: string } }>('/take', async (request, reply) => {
    const { state, provider } = request.query
    return { attempt: attempts.take(request, reply, { providerId: provider, state }) ?? null }
  })
}

beforeEach(async () => {
  clock.atMs = 1_700_000_000_000
  await open(false)
})

async function begin(): Promise<{ state: string; cookies: Record<string, string>; line: string }> {
  const response = await app.inject('/begin')
  const [sent] = response.cookies
  const { state } = response.json<{ state: string }>()
  return { state, cookies: { [sent?.name ?? '']: sent?.value ?? '' }, line: String(response.headers['set-cookie']) }
}

async function take(attempt: { state: string; cookies: Record<string, string> }, provider = 'a'): Promise<unknown> {
  const response = await app.inject({
    url: '/take',
    query: { state: attempt.state, provider },
    cookies: attempt.cookies,
  })
  return response.json<{ attempt: unknown }>().attempt
}

test('an attempt is taken once, by who has the cookie and the state', async () => {
  const attempt = await begin()

  expect(await take({ ...attempt, cookies: {} })).toBeNull()
  expect(await take({ ...attempt, state: 'another' })).toBeNull()
  expect(await take(attempt, 'b')).toBeNull()
  expect(await take(attempt)).toMatchObject({ state: attempt.state, next: '/next' })
  expect(await take(attempt)).toBeNull()
})

test('an attempt lasts for ten minutes, to the millisecond', async () => {
  const [early, late] = [await begin(), await begin()]

  clock.atMs += ATTEMPT_LIFE_MS - 1
  expect(await take(early)).not.toBeNull()
  clock.atMs += 1
  expect(await take(late)).toBeNull()
})

test('state, nonce and verifier are 256 bits each, and new each time', async () => {
  const secrets = await Promise.all(
    [1, 2].map(async () => (await app.inject('/begin')).json<Record<'state' | 'nonce' | 'verifier', string>>()),
  )
  const all = secrets.flatMap(({ state, nonce, verifier }) => [state, nonce, verifier])

  expect(all.every((secret) => /^[\w-]{43}$/.test(secret))).toBe(true)
  expect(new Set(all).size).toBe(6)
})

test('under TLS the cookie is one that no other host can plant', async () => {
  await open(true)

  expect((await begin()).line).toMatch(
    /^__Host-sallyport_idp=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

test('a cookie that was sealed under another key is none', async () => {
  const attempt = await begin()
  await open(false)

  expect(await take(attempt)).toBeNull()
})
