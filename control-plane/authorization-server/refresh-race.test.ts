import { expect, test, vi } from 'vitest'

import { RefreshRace, type TokenAnswer } from './refresh-race.ts'

const parameters = (extra: Record<string, string> = {}): URLSearchParams =>
  new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'r1', client_id: 'c', ...extra })
const answers = (): (() => Promise<TokenAnswer>) => {
  let count = 0
  return async () => ({ status: 200, body: { refresh_token: `successor ${(count += 1)}` } })
}

test('RefreshRace gives each repetition of a refresh the same successor, also while the first is under way', async () => {
  const race = new RefreshRace()
  const ask = vi.fn(answers())

  const all = await Promise.all(
    Array.from({ length: 5 }, () => race.answer({ parameters: parameters(), credentials: '' }, ask)),
  )
  const later = await race.answer({ parameters: parameters(), credentials: '' }, ask)

  expect(new Set([...all, later].map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(ask).toHaveBeenCalledTimes(1)
})

test.each([
  ['another client', { parameters: parameters({ client_id: 'd' }), credentials: '' }],
  ['other credentials', { parameters: parameters(), credentials: 'Basic x' }],
  ['another token', { parameters: parameters({ refresh_token: 'r2' }), credentials: '' }],
])('RefreshRace does not give the answer to %s', async (_what, request) => {
  const race = new RefreshRace()
  const ask = answers()
  const first = await race.answer({ parameters: parameters(), credentials: '' }, ask)

  expect(await race.answer(request, ask)).not.toEqual(first)
})

test('RefreshRace remembers no failure and no other grant', async () => {
  const race = new RefreshRace()
  const failing = vi.fn(async () => ({ status: 400, body: { error: 'invalid_grant' } }))
  await race.answer({ parameters: parameters(), credentials: '' }, failing)
  await race.answer({ parameters: parameters(), credentials: '' }, failing)
  await expect(
    race.answer({ parameters: parameters(), credentials: '' }, () => Promise.reject(new Error('store'))),
  ).rejects.toThrow('store')
  expect(failing).toHaveBeenCalledTimes(2)

  const code = vi.fn(answers())
  const request = { parameters: new URLSearchParams({ grant_type: 'authorization_code', code: 'x' }), credentials: '' }
  await race.answer(request, code)
  await race.answer(request, code)
  expect(code).toHaveBeenCalledTimes(2)
})
