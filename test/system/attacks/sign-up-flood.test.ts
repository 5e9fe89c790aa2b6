import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { PASSWORD } from '../support/people.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})

afterAll(async () => gateway?.[Symbol.asyncDispose]())

// Every password costs us 19 MiB and some tenths of a second. Mallory makes an account, and with the cookie of that account
// the next: her tries are counted under the account that she made last, so the count never gets anywhere.
test('a chain of new accounts is counted under its network', async () => {
  const browser = new ScriptedBrowser()
  const statuses: number[] = []

  for (let n = 0; n < 25; n += 1) {
    const form = await browser.open(`${gateway.url}/sign-in/form?mode=sign-up`)
    const fields = { email: `mallory${n}@evil.example`, password: PASSWORD }
    statuses.push((await browser.submit(form, 'Create account', fields)).status)
  }

  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(20)
  expect(statuses.at(-1)).toBe(429)
})
