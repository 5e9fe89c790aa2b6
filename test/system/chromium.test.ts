import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startEverything, type Everything } from '../fixture/everything/everything.ts'
import { awaitCallback } from './support/callback.ts'
import { CHROMIUM, CHROMIUM_ARGUMENTS } from './support/chromium.ts'
import { ClientMemory } from './support/client-memory.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { OFFICIAL_CLIENTS } from './support/mcp-clients.ts'
import { PASSWORD } from './support/people.ts'
import { makeSshKey, startSsh, type SshClient } from './support/ssh.ts'
import { MCP_URL } from './support/tunnel.ts'

/** A developer without the browser may go without; continuous integration may not. */
const mayBeMissing = process.env['CI'] === undefined

let gateway: TestGateway
let everything: Everything
let browser: Browser
let ssh: SshClient | undefined

beforeAll(async () => {
  if (!existsSync(CHROMIUM) && mayBeMissing) return
  everything = await startEverything()
  gateway = await startGateway()
  browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS })
})

afterAll(async () => {
  await browser?.close()
  await ssh?.kill()
  await gateway?.[Symbol.asyncDispose]()
  await everything?.[Symbol.asyncDispose]()
})

test.skipIf(!existsSync(CHROMIUM) && mayBeMissing)(
  'Ann, in a real browser, signs up, opens her tunnel, and connects a client to it',
  async () => {
    const key = makeSshKey()
    ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${everything.port}`], { key })
    const link = await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/)
    const page = await browser.newPage()
    const complaints = listenForComplaints(page)

    await page.goto(link)
    await page.getByLabel('Email').fill('ann@example.com')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()

    await expect.poll(() => page.title()).toContain('Open a tunnel?')
    const code = (await page.locator('.code').innerText()).trim()
    expect(code).not.toBe('')
    expect(ssh.text()).toContain(code)
    const question = await page.locator('main').innerText()
    expect(question).toContain(fingerprintOf(key))
    expect(question).toContain('127.0.0.1')
    expect(question).toContain('ann@example.com')
    await page.getByRole('button', { name: 'Authorize' }).click()
    const url = await ssh.see(MCP_URL)

    await using callback = await awaitCallback()
    const memory = new ClientMemory(callback.url)
    const client = startOfficialClient(url, memory)
    expect(await client.connect()).toBe('sign_in')
    await page.goto(String(memory.authorizeUrls.at(-1)))
    const consent = await page.locator('main').innerText()
    expect(consent).toContain('Test client')
    expect(consent).toContain(url)
    expect(consent).toContain(new URL(callback.url).host)
    await page.getByRole('button', { name: 'Allow' }).click()

    await client.finishSignIn(await callback.received)
    expect(await client.connect()).toBe('connected')
    expect(await client.toolNames()).toContain('test_simple_text')
    await client.close()
    expect(complaints).toEqual([])
  },
)

/** What a browser says of a page that breaks its own content security policy goes to the console, as an error. */
function listenForComplaints(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`)
  })
  return complaints
}

function startOfficialClient(
  url: string,
  memory: ClientMemory,
): ReturnType<(typeof OFFICIAL_CLIENTS)[number]['start']> {
  const [official] = OFFICIAL_CLIENTS
  if (official === undefined) throw new Error('There is no official client')
  return official.start({ url, memory, fetch })
}

function fingerprintOf(key: string): string {
  return (
    execFileSync('ssh-keygen', ['-lf', `${key}.pub`])
      .toString('utf8')
      .split(' ')[1] ?? 'no fingerprint'
  )
}
