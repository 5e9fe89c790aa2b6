/**
 * Mallory looks for a second way to the authorization server: another spelling of an address that the library takes for
 * the same one, but that our rules, limits and headers do not know.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]()
})

const EVIL = JSON.stringify({ redirect_uris: ['http://evil.example.com/cb'], token_endpoint_auth_method: 'none' })

test.each(['/oauth/REGISTER', '/oauth/Register', '/oauth/register/', '/oauth/reg%69ster', '/oauth/register%20'])(
  '%s does not register a redirect over plain HTTP',
  async (path) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: EVIL,
    })

    expect([400, 404]).toContain(response.status)
  },
)

test.each([
  '/oauth/TOKEN',
  '/oauth/token/',
  '/oauth/AUTHORIZE',
  '/oauth/authorize/',
  '/oauth/PAR',
  '/oauth/end-session',
])('%s is no address of ours', async (path) => {
  const answers = await Promise.all(
    ['GET', 'POST'].map((method) => fetch(`${gateway.url}${path}`, { method, redirect: 'manual' })),
  )

  expect(answers.map(({ status }) => status)).toEqual([404, 404])
})

test('registering is limited for each address, whatever address a client claims', async () => {
  const statuses: number[] = []
  for (let count = 0; count < 70; count += 1) {
    const response = await fetch(`${gateway.url}/oauth/register`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-sallyport-client-address': `203.0.113.${count}`,
        'x-forwarded-for': `203.0.113.${count}`,
      },
      body: EVIL,
    })
    statuses.push(response.status)
  }

  expect(statuses.at(-1)).toBe(429)
})

test('the page for a request that leads nowhere runs nothing and is framed nowhere', async () => {
  const response = await fetch(`${gateway.url}/oauth/authorize?client_id=%3Cscript%3E`, { redirect: 'manual' })

  expect(response.status).toBe(400)
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  expect(await response.text()).not.toContain('<script')
})
