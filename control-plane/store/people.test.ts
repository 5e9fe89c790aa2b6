import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Account } from '../identity/account-store.ts'
import { MAX_PASSKEYS, type Passkey } from '../identity/passkeys.ts'
import { RecoveryCodes } from '../identity/recovery-codes.ts'
import { LINK_LIFE_MS, MailLinks } from '../identity/verification.ts'
import { systemRandom } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import { accountStore } from './account-store.ts'
import { mailLinkStore } from './mail-link-store.ts'
import { openStore, type Store } from './open.ts'
import { passkeyStore, recoveryCodeStore } from './passkey-store.ts'

const ann: Account = {
  id: 'usr_a',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: false,
  claims: {},
  passwordHash: '$argon2id$',
  secondFactor: false,
}
const passkeyOf = (id: string): Passkey => ({
  id,
  userId: ann.id,
  publicKey: 'AQ',
  counter: 0,
  transports: ['internal'],
  name: 'Laptop',
  createdAtMs: 1,
  lastUsedAtMs: undefined,
})
const LINK = { kind: 'reset', email: ann.email, userId: ann.id, passwordHash: undefined, next: '/' } as const

let store: Store
const clock = { now: 0, nowMs: () => clock.now }

beforeEach(async () => {
  clock.now = 1000
  store = await openStore(':memory:')
  await accountStore(store.db).add(ann, 0)
})

afterEach(() => store[Symbol.asyncDispose]())

const links = () => new MailLinks({ store: mailLinkStore(store.db), clock, random: systemRandom })

test('a link can be looked at, and is taken once, however many take it at the same moment', async () => {
  const { token } = await links().issue(LINK)
  await links().find('reset', token.reveal())

  const taken = await Promise.all(Array.from({ length: 8 }, () => links().take('reset', token.reveal())))

  expect(taken.filter((link) => link?.userId === ann.id)).toHaveLength(1)
  expect(await links().find('reset', token.reveal())).toBeUndefined()
})

test('a link is good for its own kind and time, and only with its latest token', async () => {
  const { id, token } = await links().issue(LINK)
  expect(await links().find('verify', token.reveal())).toBeUndefined()

  const renewed = await links().renew(id)

  expect(await links().find('reset', token.reveal())).toBeUndefined()
  expect(await links().find('reset', renewed?.token.reveal() ?? '')).toMatchObject({ id })
  clock.now += LINK_LIFE_MS.reset
  expect(await links().find('reset', renewed?.token.reveal() ?? '')).toBeUndefined()
  expect(await links().take('reset', renewed?.token.reveal() ?? '')).toBeUndefined()
})

test('the database holds no token and no recovery code', async () => {
  const { token } = await links().issue(LINK)
  const codes = await new RecoveryCodes({ store: recoveryCodeStore(store.db), random: systemRandom }).make(ann.id)

  const rows = JSON.stringify([
    await store.db.selectFrom('mail_links').selectAll().execute(),
    await store.db.selectFrom('recovery_codes').selectAll().execute(),
  ])

  for (const secret of [token.reveal(), ...codes.reveal()]) expect(rows).not.toContain(secret)
})

test('a recovery code works once, in any spelling, for its own account', async () => {
  const recovery = new RecoveryCodes({ store: recoveryCodeStore(store.db), random: systemRandom })
  const [first = '', second = ''] = (await recovery.make(ann.id)).reveal()

  expect(await recovery.take('usr_b', new Secret(first))).toBe(false)
  expect(await recovery.take(ann.id, new Secret(` ${first.toUpperCase().replaceAll('-', ' ')} `))).toBe(true)
  expect(await recovery.take(ann.id, new Secret(first))).toBe(false)
  await recovery.make(ann.id)
  expect(await recovery.take(ann.id, new Secret(second))).toBe(false)
})

test('the password stays while there is no passkey, and the last passkey while there is no password', async () => {
  const [accounts, passkeys] = [accountStore(store.db), passkeyStore(store.db)]
  expect(await accounts.removePasswordHash(ann.id)).toBe(false)
  expect(await accounts.setSecondFactor(ann.id, true)).toBe(false)
  await passkeys.add(passkeyOf('one'))
  await passkeys.add(passkeyOf('two'))

  expect(await accounts.removePasswordHash(ann.id)).toBe(true)

  expect(await passkeys.remove('one', ann.id)).toBe('removed')
  expect(await passkeys.remove('two', 'usr_b')).toBe('unknown')
  expect(await passkeys.remove('two', ann.id)).toBe('needed')
})

test('removing both passkeys at the same moment leaves one where there is no password', async () => {
  const [accounts, passkeys] = [accountStore(store.db), passkeyStore(store.db)]
  await passkeys.add(passkeyOf('one'))
  await passkeys.add(passkeyOf('two'))
  await accounts.removePasswordHash(ann.id)

  const outcomes = await Promise.all(['one', 'two'].map((id) => passkeys.remove(id, ann.id)))

  expect(outcomes.toSorted()).toEqual(['needed', 'removed'])
})

test('without its last passkey an account asks for none, and its recovery codes end', async () => {
  const [accounts, passkeys] = [accountStore(store.db), passkeyStore(store.db)]
  await passkeys.add(passkeyOf('one'))
  await accounts.setSecondFactor(ann.id, true)
  await recoveryCodeStore(store.db).replace(ann.id, ['a', 'b'])

  await passkeys.remove('one', ann.id)

  expect(await accounts.find(ann.id)).toMatchObject({ secondFactor: false })
  expect(await recoveryCodeStore(store.db).count(ann.id)).toBe(0)
})

test('a passkey’s count only goes forward, unless the authenticator does not count', async () => {
  const passkeys = passkeyStore(store.db)
  await passkeys.add(passkeyOf('silent'))
  await passkeys.add({ ...passkeyOf('counting'), counter: 5 })

  expect([await passkeys.used('silent', 0, 1), await passkeys.used('silent', 0, 2)]).toEqual([true, true])
  expect([await passkeys.used('counting', 5, 1), await passkeys.used('counting', 6, 1)]).toEqual([false, true])
  expect(await passkeys.used('counting', 0, 2)).toBe(false)
})

test('a credential belongs to one account, and an account has so many at most', async () => {
  const passkeys = passkeyStore(store.db)
  await accountStore(store.db).add({ ...ann, id: 'usr_b', email: 'bob@example.com', tunnelName: 'x' }, 0)
  await passkeys.add(passkeyOf('one'))

  expect(await passkeys.add({ ...passkeyOf('one'), userId: 'usr_b' })).toBe('taken')
  for (let index = 1; index < MAX_PASSKEYS; index += 1) await passkeys.add(passkeyOf(`k${index}`))
  expect(await passkeys.add(passkeyOf('one too many'))).toBe('full')
})
