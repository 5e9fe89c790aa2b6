import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { SignInDesk } from '../identity/sign-in-desk.ts'
import type { SignInTicket } from '../identity/ssh-admission.ts'
import type { SshKeys } from '../identity/ssh-keys.ts'
import type { User } from '../identity/user.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { systemRandom } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import type { Browser } from './browser.ts'
import { openWebServer, type WebServer } from './server.ts'
import { sshApprovalRoutes } from './ssh-approval.ts'

const ann: User = {
  id: 'usr_a',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: false,
  claims: {},
}
const TERMINAL = '198.51.100.7'

let server: WebServer
let ticket: SignInTicket
let settled: string | undefined

beforeEach(async () => {
  const desk = new SignInDesk({ publicOrigin: 'https://gateway.example.com', clock: systemClock, random: systemRandom })
  const opened = desk.ask({ address: TERMINAL, username: 'x', key: undefined })
  if (!opened.ok) throw new Error(opened.error)
  ticket = opened.value
  settled = undefined
  void ticket.decided.then(({ kind }) => (settled = kind))
  const session = { id: 'ses_1', user: ann, createdAtMs: 0, renewed: undefined }
  const known = { findUser: async () => ann, findSession: async () => session }
  const browser = known satisfies Pick<Browser, 'findUser' | 'findSession'> as unknown as Browser
  const socketPath = join(await mkdtemp(join(tmpdir(), 'web-')), 'web.sock')
  const cookieKey = new Secret('k'.repeat(43))
  server = await openWebServer({ socketPath, secure: false, cookieKey, log: silentLog }, async (app) =>
    sshApprovalRoutes(app, { desk, sshKeys: {} as unknown as SshKeys, browser }),
  )
})

afterEach(async () => {
  ticket.withdraw()
  await server[Symbol.asyncDispose]()
})

/** Opens the link in a browser at that address and presses Authorize. */
async function authorizeFrom(address: string, shortCode?: string): Promise<{ page: string; status: number }> {
  const headers = { 'x-sallyport-client-address': address }
  const { pathname, search } = new URL(ticket.link)
  const opened = await server.app.inject({ url: `${pathname}${search}`, headers })
  const csrf = /name="_csrf" value="([^"]*)"/.exec(opened.body)?.[1] ?? ''
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? ''
  const answer = await server.app.inject({
    method: 'POST',
    url: '/sign-in/ssh',
    headers: { ...headers, cookie, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      _csrf: csrf,
      user_code: new URLSearchParams(search).get('user_code') ?? '',
      decision: 'authorize',
      ...(shortCode === undefined ? {} : { short_code: shortCode }),
    }).toString(),
  })
  return { page: opened.body, status: answer.statusCode }
}

test('at the same address one click is enough, and the page shows the code', async () => {
  const { page, status } = await authorizeFrom(TERMINAL)

  expect(page).toContain(ticket.shortCode)
  expect([status, settled]).toEqual([200, 'authorized'])
})

test('from elsewhere the page keeps the code to itself, warns, and a click alone opens nothing', async () => {
  const { page, status } = await authorizeFrom('203.0.113.9')

  expect(page).not.toContain(ticket.shortCode)
  expect(page).toContain(`The terminal is at ${TERMINAL}`)
  expect([status, settled]).toEqual([400, undefined])
})

test('from elsewhere the code from the terminal opens it', async () => {
  const { status } = await authorizeFrom('203.0.113.9', ` ${ticket.shortCode.toLowerCase()} `)

  expect([status, settled]).toEqual([200, 'authorized'])
})

test('the fifth wrong code denies the terminal', async () => {
  const statuses: number[] = []
  for (let tries = 0; tries < 5; tries += 1) statuses.push((await authorizeFrom('203.0.113.9', 'BBBB-0000')).status)

  expect(statuses).toEqual([400, 400, 400, 400, 410])
  expect(settled).toBe('denied')
})
