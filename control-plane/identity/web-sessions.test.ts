import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { deriveKey, SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { accountStore } from '../store/account-store.ts'
import { openStore, type Store } from '../store/open.ts'
import { webSessionStore } from '../store/web-session-store.ts'
import { Standing } from './standing.ts'
import type { User } from './user.ts'
import {
  ROTATE_AFTER_MS,
  ROTATION_GRACE_MS,
  WEB_SESSION_IDLE_MS,
  WEB_SESSION_MS,
  type RevokedSession,
  WebSessions,
  type WebSession,
} from './web-sessions.ts'

const ann: User = {
  id: 'usr_a',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: true,
  claims: {},
}
const HERE = { browser: 'Firefox on Linux', network: '198.51.100.1' }
const DAY_MS = 24 * 60 * 60 * 1000

let store: Store
let sessions: WebSessions
let revoked: RevokedSession[]
let copied: string[]
const clock = { now: 0, nowMs: () => clock.now }
const box = new SecretBox(deriveKey(new Secret(Buffer.alloc(32, 7)), 'web sessions'), systemRandom)

beforeEach(async () => {
  clock.now = 1_000_000_000
  copied = []
  store = await openStore(':memory:')
  await accountStore(store.db).add({ ...ann, passwordHash: undefined, secondFactor: false }, clock.now)
  const standing = new Standing()
  standing.apply({ sequence: 1, change: { kind: 'user.put', user: ann } }, clock.now)
  revoked = []
  const onRevoked = (one: RevokedSession): void => void revoked.push(one)
  const onCopied = ({ id }: { id: string }): void => void copied.push(id)
  sessions = new WebSessions({
    store: webSessionStore(store.db),
    standing,
    clock,
    random: systemRandom,
    box,
    onCopied,
    onRevoked,
  })
})

afterEach(() => store[Symbol.asyncDispose]())

async function found(cookie: string): Promise<WebSession> {
  const session = await sessions.find(cookie, true)
  if (session === undefined) throw new Error('There is no such session')
  return session
}

/** The cookie after a day of use. */
async function rotated(cookie: string): Promise<string> {
  clock.now += ROTATE_AFTER_MS
  const { renewed } = await found(cookie)
  if (renewed === undefined) throw new Error('The cookie was not renewed')
  return renewed.cookie
}

test('a session is known by its cookie, and the cookie is replaced by the first page after a day', async () => {
  const cookie = await sessions.begin(ann, HERE)
  expect(await sessions.find(cookie, true)).toMatchObject({ user: ann, renewed: undefined })

  const renewed = await rotated(cookie)

  expect(renewed).not.toBe(cookie)
  expect(await sessions.find(renewed, true)).toMatchObject({ user: ann, renewed: undefined })
})

test('an answer that cannot carry a cookie does not rotate', async () => {
  const cookie = await sessions.begin(ann, HERE)
  clock.now += ROTATE_AFTER_MS

  expect(await sessions.find(cookie, false)).toMatchObject({ user: ann, renewed: undefined })
  expect((await found(cookie)).renewed).toBeDefined()
})

test('of requests at the same moment one rotates, and the old cookie is good for the grace', async () => {
  const cookie = await sessions.begin(ann, HERE)
  clock.now += ROTATE_AFTER_MS

  const all = await Promise.all(Array.from({ length: 8 }, () => found(cookie)))
  clock.now += ROTATION_GRACE_MS

  expect(all.filter(({ renewed }) => renewed !== undefined)).toHaveLength(1)
  expect(await sessions.find(cookie, true)).toMatchObject({ user: ann, renewed: undefined })
})

test('the old cookie after the grace ends the session for everybody who holds it', async () => {
  const cookie = await sessions.begin(ann, HERE)
  const renewed = await rotated(cookie)
  const { id } = await found(renewed)
  clock.now += ROTATION_GRACE_MS + 1

  expect(await sessions.find(cookie, true)).toBeUndefined()

  expect(await sessions.find(renewed, true)).toBeUndefined()
  expect(copied).toEqual([id])
})

test('a cookie from two rotations ago ends the session at once', async () => {
  const cookie = await sessions.begin(ann, HERE)
  const last = await rotated(await rotated(cookie))

  expect(await sessions.find(cookie, true)).toBeUndefined()
  expect(await sessions.find(last, true)).toBeUndefined()
})

test('a session ends after two idle weeks, and after thirty days whatever is done', async () => {
  const [idle, busy] = [await sessions.begin(ann, HERE), await sessions.begin(ann, HERE)]
  let cookie = busy
  const counts: number[] = []
  for (let day = 1; day < 30; day += 1) {
    clock.now += DAY_MS
    cookie = (await found(cookie)).renewed?.cookie ?? cookie
    counts.push((await sessions.ofUser(ann.id)).length)
  }

  const idleDays = WEB_SESSION_IDLE_MS / DAY_MS
  expect([counts[0], counts[idleDays - 2], counts[idleDays - 1], counts.at(-1)]).toEqual([2, 2, 1, 1])
  expect(await sessions.find(idle, true)).toBeUndefined()
  clock.now += WEB_SESSION_MS - 29 * DAY_MS
  expect(await sessions.find(cookie, true)).toBeUndefined()
})

test('what nobody sealed opens nothing and ends nothing', async () => {
  const cookie = await sessions.begin(ann, HERE)
  const { id } = await found(cookie)
  const forged = new SecretBox(deriveKey(new Secret(Buffer.alloc(32, 8)), 'web sessions'), systemRandom)

  for (const attempt of [
    `sps_${forged.seal(`${id} -5 x`, 'web session')}`,
    id,
    `sps_${id}`,
    'sps_',
    '',
    cookie.slice(4),
  ])
    expect(await sessions.find(attempt, true)).toBeUndefined()

  expect(await sessions.find(cookie, true)).toBeDefined()
})

test('what a session let in is told to end when it is revoked or was copied, and not when somebody signs out', async () => {
  const [first, second] = [await sessions.begin(ann, HERE), await sessions.begin(ann, HERE)]
  const { id } = await found(first)
  await sessions.revoke(id, 'usr_mallory')
  await sessions.end((await found(second)).id, ann.id)
  expect(revoked).toEqual([])

  await sessions.revoke(id, ann.id)
  await sessions.revokeAll(ann.id)

  expect(revoked).toEqual([
    { userId: ann.id, sessionId: id },
    { userId: ann.id, sessionId: undefined },
  ])
})

test('people end one session or all of theirs, and none of anybody else', async () => {
  const [first, second] = [await sessions.begin(ann, HERE), await sessions.begin(ann, HERE)]
  const { id } = await found(first)

  expect(await sessions.end(id, 'usr_mallory')).toBe(false)
  expect(await sessions.end(id, ann.id)).toBe(true)
  expect(await sessions.find(first, true)).toBeUndefined()
  await sessions.revokeAll('usr_mallory')
  expect(await sessions.find(second, true)).toBeDefined()
  await sessions.revokeAll(ann.id)
  expect(await sessions.find(second, true)).toBeUndefined()
})
