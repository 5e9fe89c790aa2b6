import { beforeEach, expect, test } from 'vitest'

import type { ShareChanged } from '../audit/event.ts'
import type { StandingFeed } from '../identity/standing-feed.ts'
import { Standing, type StandingChange } from '../identity/standing.ts'
import { systemRandom } from '../kernel/random.ts'
import { MAX_SHARES_PER_USER, Shares } from './shares.ts'
import { NO_SHARING, type Share, type SharingRules } from './share.ts'

const ANN = {
  id: 'usr_ann',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: true,
  claims: {},
}
const EVE = { ...ANN, id: 'usr_eve', email: 'eve@example.com', tunnelName: 'brave-fox-1111' }
const WANTED = { route: ANN.tunnelName, email: 'bob@example.com', tools: undefined, forMs: undefined }

let nowMs: number
let stored: Map<string, Share>
let told: ShareChanged[]
let standing: Standing
let rules: SharingRules
let fails: boolean

beforeEach(() => {
  nowMs = 1000
  stored = new Map()
  told = []
  standing = new Standing()
  rules = { ...NO_SHARING, allowed: true }
  fails = false
})

function open(): Shares {
  let sequence = 0
  const feed = {
    copy: standing,
    publish: (change: StandingChange) => standing.apply({ sequence: (sequence += 1), change }, nowMs),
  }
  return new Shares({
    store: {
      all: async () => [...stored.values()],
      async add(share) {
        if (fails) throw new Error('full')
        stored.set(share.id, share)
      },
      async remove(id) {
        stored.delete(id)
      },
    },
    standing: feed as unknown as StandingFeed,
    clock: { nowMs: () => nowMs },
    random: systemRandom,
    rulesFor: (user, route) => (route === user.tunnelName ? rules : undefined),
    tell: (event) => told.push(event),
  })
}

async function made(shares: Shares, changes: Partial<typeof WANTED> = {}): Promise<Share> {
  const share = await shares.create(ANN, { ...WANTED, ...changes })
  if (!share.ok) throw new Error(share.error)
  return share.value
}

test('a share is kept, known to every role, told, and there again after a start', async () => {
  const share = await made(open())
  expect(share.expiresAtMs - share.createdAtMs).toBe(24 * 3_600_000)
  expect([...stored.values()]).toEqual([share])
  expect(standing.sharesOn(ANN.tunnelName)).toEqual([share])
  expect(told).toMatchObject([{ kind: 'share.created', share: share.id, email: 'bob@example.com' }])

  standing = new Standing()
  const again = open()
  await again.load()
  expect(standing.sharesOn(ANN.tunnelName)).toEqual([share])
  expect(again.ofUser(ANN.id)).toEqual([share])
})

test('nobody shares what is not theirs, with themselves, or against the rules', async () => {
  const shares = open()
  expect(await shares.create(EVE, WANTED)).toEqual({ ok: false, error: 'You serve no tunnel "calm-otter-4821"' })
  expect((await shares.create(ANN, { ...WANTED, email: ANN.email })).ok).toBe(false)
  rules = { ...rules, maxMs: 3_600_000 }
  expect((await shares.create(ANN, { ...WANTED, forMs: 3_600_001 })).ok).toBe(false)
  expect((await made(shares)).expiresAtMs).toBe(nowMs + 3_600_000)
  rules = NO_SHARING
  expect((await shares.create(ANN, WANTED)).ok).toBe(false)
  expect(stored.size).toBe(1)
})

test('the number of a person’s shares has an end, also when all are asked for at once', async () => {
  const shares = open()
  const all = await Promise.all(
    Array.from({ length: MAX_SHARES_PER_USER + 5 }, () => shares.create(ANN, { ...WANTED, forMs: 5000 })),
  )
  expect(all.filter(({ ok }) => ok)).toHaveLength(MAX_SHARES_PER_USER)
  nowMs += 5000
  expect((await shares.create(ANN, WANTED)).ok).toBe(true)
})

test('only its maker takes a share back, by id or by address', async () => {
  const shares = open()
  const one = await made(shares)
  const two = await made(shares, { tools: undefined })
  const other = await made(shares, { email: 'carol@example.com' })

  expect(await shares.revoke(EVE, one.id)).toEqual([])
  expect(await shares.revoke(ANN, 'bob@example.com')).toEqual([one, two])
  expect(standing.sharesOn(ANN.tunnelName)).toEqual([other])
  expect(await shares.revoke(ANN, other.id)).toEqual([other])
  expect([standing.sharesOn(ANN.tunnelName), stored.size]).toEqual([[], 0])
  expect(told.filter(({ kind }) => kind === 'share.revoked')).toHaveLength(3)
})

test('a share that could not be kept does not hold', async () => {
  const shares = open()
  fails = true
  await expect(made(shares)).rejects.toThrow('full')
  expect([standing.sharesOn(ANN.tunnelName), shares.ofUser(ANN.id)]).toEqual([[], []])
})

test('what has expired is forgotten everywhere', async () => {
  const shares = open()
  const share = await made(shares, { forMs: 2000 } as object)
  nowMs = share.expiresAtMs
  expect(shares.ofUser(ANN.id)).toEqual([])
  await shares.removeExpired()
  expect([standing.sharesOn(ANN.tunnelName), stored.size]).toEqual([[], 0])
})
