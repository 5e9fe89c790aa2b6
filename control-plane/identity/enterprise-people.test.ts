import { afterAll, beforeAll, expect, test } from 'vitest'

import { localTopic } from '../kernel/bus.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { systemRandom } from '../kernel/random.ts'
import { SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { accountStore } from '../store/account-store.ts'
import { identityStore } from '../store/identity-store.ts'
import { openStore, type Store } from '../store/open.ts'
import { Accounts } from './accounts.ts'
import { EnterprisePeople } from './enterprise-people.ts'
import { Identities } from './identities.ts'
import { SignUpRule } from './sign-up.ts'
import { StandingFeed } from './standing-feed.ts'

const ISSUER = 'https://idp.corp.example'

let store: Store
let accounts: Accounts
let people: EnterprisePeople
let standing: StandingFeed
beforeAll(async () => {
  store = await openStore(':memory:')
  standing = new StandingFeed(localTopic(), systemClock)
  const ports = { standing, clock: systemClock, random: systemRandom, log: silentLog }
  accounts = new Accounts({ ...ports, store: accountStore(store.db) })
  const signUp = new SignUpRule({ mode: 'closed', hasUsers: () => true, random: systemRandom })
  const box = new SecretBox(new Secret(systemRandom.bytes(32)), systemRandom)
  const identities = new Identities({ ...ports, signUp, providers: new Map(), store: identityStore(store.db, box) })
  const domainsOf = (issuer: string): readonly string[] => (issuer === ISSUER ? ['corp.example'] : [])
  people = new EnterprisePeople({ accounts, identities, standing: standing.copy, domainsOf })
})
afterAll(async () => {
  await standing[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const voucher = (email: string | undefined, issuer = ISSUER) => ({ issuer, subject: `s ${email}`, email })

test('somebody of the issuer’s domain gets an account with the first assertion, and keeps it', async () => {
  const first = await people.find(voucher('New@Corp.example'))
  const again = await people.find(voucher('new@corp.example'))

  expect(first).toMatchObject({ email: 'new@corp.example', emailVerified: true })
  expect(again?.id).toBe(first?.id)
})

test('an issuer speaks for nobody outside its domains, and another issuer for nobody at all', async () => {
  expect(await people.find(voucher('ann@elsewhere.example'))).toBeUndefined()
  expect(await people.find(voucher('ann@corp.example', 'https://other.example'))).toBeUndefined()
  expect(await people.find(voucher(undefined))).toBeUndefined()
})

test('an account whose address nobody has verified is not taken for its person', async () => {
  await accounts.create({ email: 'bob@corp.example', emailVerified: false, passwordHash: undefined })

  expect(await people.find(voucher('bob@corp.example'))).toBeUndefined()
})

test('somebody who is disabled gets nothing', async () => {
  await people.find(voucher('eve@corp.example'))
  await accounts.setDisabled('eve@corp.example', true)

  expect(await people.find(voucher('eve@corp.example'))).toBeUndefined()
})

// The issuer speaks for corp.example alone. Whoever reads what follows the last @ would take this for somebody elsewhere,
// and a mail program for two people.
test.each([
  'x@corp.example@elsewhere.example',
  'x@corp.example\r\nbcc:y',
  'x@corp.example,y@elsewhere.example',
  'ann<x@corp.example',
])('an issuer makes no account for %j', async (email) => {
  expect(await people.find(voucher(email))).toBeUndefined()
})
