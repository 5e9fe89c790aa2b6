import { expect, test } from 'vitest'

import { Budget } from './budget.ts'
import { SignInAttempts } from './sign-in-attempts.ts'

const MINUTE_MS = 60_000
const ANN = 'ann@example.com'

const tries = (attempts: SignInAttempts, count: number, from: { network: string; device?: string }, nowMs = 0) =>
  Array.from({ length: count }, () =>
    attempts.begin({ account: ANN, network: from.network, device: from.device }, nowMs),
  ).filter((answer) => answer === 'go').length

test('a stranger has five tries for an account in a quarter of an hour', () => {
  const attempts = new SignInAttempts()

  expect(tries(attempts, 20, { network: '198.51.100.1' })).toBe(5)
  expect(tries(attempts, 20, { network: '198.51.100.1' }, 14 * MINUTE_MS)).toBe(0)
  expect(tries(attempts, 20, { network: '198.51.100.1' }, 15 * MINUTE_MS)).toBe(5)
})

test('strangers of many networks have fifty tries for an account in an hour, together', () => {
  const attempts = new SignInAttempts()

  const admitted = Array.from({ length: 100 }, (_, index) => tries(attempts, 5, { network: `198.51.100.${index}` }))

  expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(50)
})

test('a network has sixty tries for all accounts', () => {
  const attempts = new SignInAttempts()

  const admitted = Array.from({ length: 100 }, (_, index) =>
    attempts.begin({ account: `${index}@example.com`, network: '198.51.100.1', device: undefined }, 0),
  )

  expect(admitted.filter((answer) => answer === 'go')).toHaveLength(60)
})

test('whatever strangers spend, the browser that knows the account has its own tries', () => {
  const attempts = new SignInAttempts()
  for (let index = 0; index < 200; index += 1) tries(attempts, 5, { network: `198.51.100.${index % 250}` })

  expect(tries(attempts, 1, { network: '198.51.100.1', device: 'dev_ann' })).toBe(1)
})

test('a right password costs nothing, and a refused try takes nothing from the other budgets', () => {
  const attempts = new SignInAttempts()
  const attempt = { account: ANN, network: '198.51.100.1', device: undefined }
  for (let index = 0; index < 100; index += 1) {
    expect(attempts.begin(attempt, 0)).toBe('go')
    attempts.succeeded(attempt)
  }
  tries(attempts, 1000, { network: '198.51.100.1' })

  expect(attempts.begin({ ...attempt, account: 'bob@example.com' }, 0)).toBe('go')
})

test('who has proven the address is not held to what strangers spent', () => {
  const attempts = new SignInAttempts()
  for (let index = 0; index < 20; index += 1) tries(attempts, 5, { network: `198.51.100.${index}` })
  expect(tries(attempts, 1, { network: '203.0.113.9' })).toBe(0)

  attempts.forgive(ANN)

  expect(tries(attempts, 1, { network: '203.0.113.9' })).toBe(1)
})

test('a budget forgets the oldest keys rather than grow without end', () => {
  const budget = new Budget({ limit: 1, windowMs: 1000, maxKeys: 2 })
  for (const key of ['a', 'b', 'c']) budget.take(key, 0)

  expect(['c', 'b', 'a'].map((key) => budget.take(key, 0))).toEqual([false, false, true])
})
