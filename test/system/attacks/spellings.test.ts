/**
 * Mallory writes the addresses of our own pages with percent signs in them. The router reads them as usual; what compares
 * the address as it was written does not recognise it, and lets her past.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { startBentProvider, type BentProvider } from '../support/identity-provider.ts'
import { REDIRECT, registerClient } from '../support/oauth.ts'

let gateway: TestGateway
let provider: BentProvider

beforeAll(async () => {
  provider = await startBentProvider()
  gateway = await startGateway({
    config: `accounts: { passwords: false }
identity_providers:
  - id: only
    name: Only
    issuer: "${provider.issuer}"
    client_id: gateway
`,
  })
})

afterAll(async () => {
  for (const open of [gateway, provider]) await open?.[Symbol.asyncDispose]()
})

// Mallory was the first to register what Cursor registers, so she has a registration token for the client that everybody's
// Cursor is. Others hold it too, hence she may not change it: unless nobody notices which client she means.
test('a client that others hold cannot be changed under another spelling of its address', async () => {
  const metadata = { client_name: 'Everybody’s', redirect_uris: [REDIRECT] }
  const hers = await registerClient(gateway.url, metadata)
  const others = await registerClient(gateway.url, metadata)
  const id = String(hers.body['client_id'])
  expect(others.body['client_id']).toBe(id)
  const spellings = [
    `/oauth/register/${id}`,
    `/oauth/register/${id.replace('_', '%5F')}`,
    `/oauth/register/${id.replace('_', '%5f')}`,
    `/oauth/register/%63${id.slice(1)}`,
    `/oauth/%72egister/${id}`,
    `/oauth/register/${id}/`,
    `/oauth//register/${id}`,
    `/oauth/register;x/${id}`,
  ]

  const statuses = []
  for (const path of spellings) {
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${String(hers.body['registration_access_token'])}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...metadata, client_id: id, redirect_uris: ['https://evil.example/'] }),
    })
    statuses.push(response.status)
  }

  expect(statuses.filter((status) => status !== 403 && status !== 404)).toEqual([])
})

// Passwords are turned off, so nobody may get an account by one. The forms are there all the same.
test.each([
  '/sign-in',
  '/sign-in/reset',
  '/sign-in/%72eset',
  '/sign-in/invite%64',
  '/sign-in/verif%79',
  '/sign%2Din/reset',
  '/sign-in/reset;x',
  '/sign-in/./reset',
])('a password form is closed at %s', async (path) => {
  const response = await fetch(`${gateway.url}${path}`, { method: 'POST', body: new URLSearchParams({ token: 'x' }) })

  const html = await response.text()
  expect(response.status === 404 || html.includes('Passwords are turned off here')).toBe(true)
})
