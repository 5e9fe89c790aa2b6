import { afterEach, beforeEach, expect, test } from 'vitest'

import type { User } from '../../control-plane/identity/user.ts'
import { Secret } from '../../control-plane/kernel/secret.ts'
import { startRealProvider, type RealProvider } from './support/identity-provider.ts'
import { comeBackFrom, HOUR, MINUTE, openIdentityWorld, settingsOf } from './support/identity-world.ts'

let corp: RealProvider
let world: Awaited<ReturnType<typeof openIdentityWorld>>

beforeEach(async () => {
  corp = await startRealProvider()
  corp.allow('http://127.0.0.1:9/sign-in/callback/corp')
  corp.people.set('ann', { email: 'ann@example.com', email_verified: true, groups: ['admins'] })
  corp.current = 'ann'
  world = await openIdentityWorld([corpSettings()])
})

afterEach(async () => {
  for (const open of [world, corp]) await open?.[Symbol.asyncDispose]()
})

const corpSettings = (rest: Partial<Parameters<typeof settingsOf>[0]> = {}) =>
  settingsOf({ issuer: corp.issuer, clientSecret: new Secret(corp.clientSecret), ...rest })

const provider = () => {
  const found = world.providers.get('corp')
  if (found === undefined) throw new Error('No provider')
  return found
}

async function signIn(): Promise<User> {
  const user = await world.identities.signIn(provider(), await comeBackFrom(provider()))
  if (!user.ok) throw new Error(user.error)
  return user.value
}

const groupsOf = (user: User): readonly string[] | undefined => world.standing.findUser(user.id)?.claims['groups']

test('claims of who is active follow the provider, at most once in an hour', async () => {
  const ann = await signIn()
  corp.people.set('ann', { email: 'ann@example.com', email_verified: true, groups: ['staff'] })

  world.advance(HOUR - 1)
  await world.refresh.refresh(ann.id)
  expect(groupsOf(ann)).toEqual(['admins'])

  world.advance(1)
  await world.refresh.refresh(ann.id)
  expect(groupsOf(ann)).toEqual(['staff'])
  expect(corp.refreshes).toBe(1)
})

test('a hundred calls at once refresh once, and the token that the provider rotates is kept', async () => {
  const ann = await signIn()

  for (let hour = 1; hour <= 3; hour += 1) {
    world.advance(HOUR)
    for (let call = 0; call < 100; call += 1) world.refresh.touch(ann.id)
    await world.refresh.refresh(ann.id)
    expect(corp.refreshes).toBe(hour)
  }
})

test('two gateways over one database refresh once', async () => {
  const ann = await signIn()
  const other = world.restart([corpSettings()])
  world.advance(HOUR)

  await Promise.all([world.refresh.refresh(ann.id), other.refresh.refresh(ann.id)])

  expect(corp.refreshes).toBe(1)
  expect((await world.rows.ofUser(ann.id))[0]?.staleSinceMs).toBeUndefined()
})

test('nobody asks for who is not active', async () => {
  await signIn()
  world.advance(30 * 24 * HOUR)

  await world.refresh.sweep()

  expect(corp.refreshes).toBe(0)
})

test('who is removed upstream keeps their claims for a day, is suspended then, and every role hears of it', async () => {
  const ann = await signIn()
  const heard: boolean[] = []
  world.topic.subscribe(({ change }) => change.kind === 'user.put' && heard.push(change.user.disabled))
  corp.people.delete('ann')

  world.advance(HOUR)
  await world.refresh.refresh(ann.id)
  expect(groupsOf(ann)).toEqual(['admins'])
  expect((await world.rows.ofUser(ann.id))[0]).toMatchObject({ canRefresh: false })

  world.advance(24 * HOUR - 1)
  await world.refresh.sweep()
  expect(world.standing.findUser(ann.id)).toBeDefined()

  world.advance(1)
  await world.refresh.sweep()
  expect(world.standing.findUser(ann.id)).toBeUndefined()
  expect(heard.at(-1)).toBe(true)
  expect((await world.accounts.all())[0]).toMatchObject({ disabled: true, claims: {} })
})

test('who was suspended is let in again by the provider’s word, and by nothing else', async () => {
  const ann = await signIn()
  corp.people.delete('ann')
  world.advance(HOUR)
  await world.refresh.refresh(ann.id)
  world.advance(24 * HOUR)
  await world.refresh.sweep()
  world.advance(HOUR)
  await world.refresh.refresh(ann.id)
  expect(world.standing.findUser(ann.id)).toBeUndefined()
  corp.people.set('ann', { email: 'ann@example.com', email_verified: true, groups: ['staff'] })

  const again = await signIn()

  expect(again.id).toBe(ann.id)
  expect(groupsOf(ann)).toEqual(['staff'])
})

test('what an operator has disabled, the provider’s word does not enable', async () => {
  const ann = await signIn()
  await world.accounts.setDisabled(ann.id, true)

  const again = await world.identities.signIn(provider(), await comeBackFrom(provider()))

  expect(again).toEqual({ ok: false, error: 'disabled' })
  expect(world.standing.findUser(ann.id)).toBeUndefined()
})

test('with max_stale 0 the end upstream is the end here', async () => {
  const strict = world.restart([corpSettings({ maxStaleMs: 0 })])
  const ann = await signIn()
  corp.people.delete('ann')
  world.advance(HOUR)

  await strict.refresh.refresh(ann.id)

  expect(world.standing.findUser(ann.id)).toBeUndefined()
})

test('a provider that is down ends nobody, and is asked again five minutes later', async () => {
  const ann = await signIn()
  corp.people.set('ann', { email: 'ann@example.com', email_verified: true, groups: ['staff'] })
  world.advance(HOUR)
  corp.down = true
  await world.refresh.refresh(ann.id)
  corp.down = false

  world.advance(5 * MINUTE - 1)
  world.refresh.touch(ann.id)
  expect(groupsOf(ann)).toEqual(['admins'])
  world.advance(1)
  await world.refresh.refresh(ann.id)

  expect(groupsOf(ann)).toEqual(['staff'])
  expect((await world.rows.ofUser(ann.id))[0]?.staleSinceMs).toBeUndefined()
})

test('whoever is not allowed any more at the next refresh is as good as removed, however often they are refreshed', async () => {
  const ann = await signIn()
  const narrow = { ...corpSettings().allowed, groups: ['admins'] }
  const stricter = world.restart([corpSettings({ allowed: narrow })])
  corp.people.set('ann', { email: 'ann@example.com', email_verified: true, groups: [] })

  for (let hour = 0; hour < 26; hour += 1) {
    world.advance(HOUR)
    await stricter.refresh.refresh(ann.id)
    await stricter.refresh.sweep()
  }

  expect(world.standing.findUser(ann.id)).toBeUndefined()
})

test('a provider that is taken out of the configuration vouches for nobody a day later', async () => {
  const ann = await signIn()
  const without = world.restart([])

  await without.refresh.load()
  expect(world.standing.findUser(ann.id)).toBeDefined()
  world.advance(24 * HOUR)
  await without.refresh.sweep()

  expect(world.standing.findUser(ann.id)).toBeUndefined()
})

test('two first sign-ins at the same moment make one account', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => comeBackFrom(provider())))

  const users = await Promise.all(answers.map((answer) => world.identities.signIn(provider(), answer)))

  expect(new Set(users.map((user) => (user.ok ? user.value.id : user.error))).size).toBe(1)
  expect(await world.accounts.all()).toHaveLength(1)
})

test('a sign-in that comes in while a refresh is on its way is not undone by it', async () => {
  const ann = await signIn()
  world.advance(HOUR)
  const [identity] = await world.rows.ofUser(ann.id)
  if (identity === undefined) throw new Error('No identity')
  const begunMs = identity.refreshedAtMs + HOUR
  await world.rows.beginRefresh(identity, { nowMs: begunMs, dueBeforeMs: begunMs })
  world.advance(MINUTE)

  await signIn()
  const undone = await world.rows.markStale(identity, { nowMs: begunMs, ifRefreshedAtMs: begunMs, forget: true })

  expect(undone).toBe(false)
  expect((await world.rows.ofUser(ann.id))[0]).toMatchObject({ canRefresh: true, staleSinceMs: undefined })
})

test('refresh tokens are encrypted at rest, each for its own row', async () => {
  const ann = await signIn()
  const row = await world.db.selectFrom('identities').selectAll().executeTakeFirstOrThrow()

  await world.db.updateTable('identities').set({ subject: 'mallory' }).execute()

  expect(row.sealed_refresh_token).toMatch(/^[\w-]{60,}$/)
  world.advance(HOUR)
  await expect(world.refresh.refresh(ann.id)).rejects.toThrow(/authenticate/)
})

test('an operator who enables somebody again stands by them, until the provider is asked the next time', async () => {
  const ann = await signIn()
  corp.people.delete('ann')
  world.advance(HOUR)
  await world.refresh.refresh(ann.id)
  world.advance(24 * HOUR)
  await world.refresh.sweep()

  await world.accounts.setDisabled(ann.id, false)
  const after = world.restart([corpSettings()])
  await after.refresh.load()

  expect((await world.accounts.all())[0]).toMatchObject({ disabled: false })
  expect(groupsOf(ann)).toEqual(['admins'])
})

test('a start writes nothing where nothing has changed', async () => {
  await signIn()
  const heard: string[] = []
  world.topic.subscribe(({ change }) => change.kind !== 'heartbeat' && heard.push(change.kind))

  await world.restart([corpSettings()]).refresh.load()

  expect(heard).toEqual([])
})

test('where sign-up is closed, the first account is only for those whom the configuration names', async () => {
  await using closed = await openIdentityWorld([corpSettings()], 'closed')
  const answer = await comeBackFrom(provider())
  const named = closed.restart([corpSettings({ allowed: { ...corpSettings().allowed, domains: ['example.com'] } })])
  const open = closed.providers.get('corp')
  const restricted = named.providers.get('corp')
  if (open === undefined || restricted === undefined) throw new Error('No provider')

  const anybody = await closed.identities.signIn(open, answer)
  const first = await named.identities.signIn(restricted, answer)

  expect(anybody).toEqual({ ok: false, error: 'first_account' })
  expect(first).toMatchObject({ ok: true, value: { email: 'ann@example.com' } })
})

test('with sign_up off only those who have an account come in', async () => {
  const without = world.restart([corpSettings({ signUp: false })])
  const answer = await comeBackFrom(provider())
  const shut = without.providers.get('corp')
  if (shut === undefined) throw new Error('No provider')

  const refused = await without.identities.signIn(shut, answer)
  await signIn()
  const known = await without.identities.signIn(shut, await comeBackFrom(shut))

  expect(refused).toEqual({ ok: false, error: 'sign_up_closed' })
  expect(known.ok).toBe(true)
})
