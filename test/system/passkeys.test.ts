import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasNoChromium, launchChromium, newDevice, type Device } from './support/chromium.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { PASSWORD } from './support/people.ts'

let gateway: TestGateway
let browser: Browser

beforeAll(async () => {
  if (hasNoChromium) return
  gateway = await startGateway()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await gateway?.[Symbol.asyncDispose]()
})

const heading = (page: Page): Promise<string> => page.locator('h1').innerText()

async function signUp(email: string): Promise<Device> {
  const device = await newDevice(browser)
  const { page } = device
  await page.goto(`${gateway.url}/sign-in/form?mode=sign-up`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect.poll(() => heading(page)).toBe('Your tunnel')
  return device
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto(`${gateway.url}/account`)
  await page.getByLabel('Name of a new passkey').fill(name)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
}

/** Adds the first passkey; returns the recovery codes that are shown for it. */
async function addFirstPasskey(page: Page, name = 'Laptop'): Promise<readonly string[]> {
  await addPasskey(page, name)
  await expect.poll(() => heading(page)).toBe('Your recovery codes')
  return page.locator('li code').allInnerTexts()
}

async function signOut(page: Page): Promise<void> {
  await page.goto(gateway.url)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect.poll(() => heading(page)).toBe('Sign in')
}

async function signInWithPassword(page: Page, email: string): Promise<void> {
  await page.goto(`${gateway.url}/sign-in/form?mode=sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

describe.skipIf(hasNoChromium)('passkeys in a real browser', () => {
  test('a passkey is added, named, used to sign in without a password, and removed', async () => {
    const { page } = await signUp('ann@example.com')
    const complaints: string[] = []
    page.on('console', (said) => ['error', 'warning'].includes(said.type()) && complaints.push(said.text()))

    const codes = await addFirstPasskey(page)
    expect(codes).toHaveLength(10)
    await page.goto(`${gateway.url}/account`)
    expect(await page.locator('li').innerText()).toMatch(/Laptop[\s\S]*last used never/)
    await page.getByLabel('Name', { exact: true }).fill('Ann’s laptop')
    await page.getByRole('button', { name: 'Rename' }).click()
    await expect.poll(() => page.locator('li strong').innerText()).toBe('Ann’s laptop')

    await signOut(page)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect.poll(() => heading(page)).toBe('Your tunnel')
    await page.goto(`${gateway.url}/account`)
    expect(await page.locator('li').innerText()).toMatch(/last used \d{4}-/)

    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect.poll(() => page.locator('main').innerText()).toContain('None yet')
    expect(complaints).toEqual([])
  })

  test('with a passkey as second factor the password alone opens nothing', async () => {
    const { page } = await signUp('bob@example.com')
    const [code = ''] = await addFirstPasskey(page)
    await page.goto(`${gateway.url}/account`)
    await page.getByRole('button', { name: 'Ask for a passkey after the password' }).click()
    await expect.poll(() => page.locator('main').innerText()).toContain('Stop asking for a passkey')
    await signOut(page)

    await signInWithPassword(page, 'bob@example.com')
    await expect.poll(() => heading(page)).toBe('One more step')
    const between = await page.context().newPage()
    await between.goto(gateway.url)
    expect(await heading(between)).toBe('Sign in')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await expect.poll(() => heading(page)).toBe('Your tunnel')

    await signOut(page)
    await signInWithPassword(page, 'bob@example.com')
    await page.getByLabel('Recovery code').fill(code)
    await page.getByRole('button', { name: 'Use the recovery code' }).click()
    await expect.poll(() => heading(page)).toBe('Your tunnel')
    await signOut(page)
    await signInWithPassword(page, 'bob@example.com')
    await page.getByLabel('Recovery code').fill(code)
    await page.getByRole('button', { name: 'Use the recovery code' }).click()
    await expect.poll(() => page.locator('.error').first().innerText()).toContain('That did not work')
  })

  test('who has a passkey may do without a password, and keeps a way in', async () => {
    const { page, cdp, authenticatorId } = await signUp('carol@example.com')
    const [code = ''] = await addFirstPasskey(page)
    await page.goto(`${gateway.url}/account`)
    await page.getByRole('button', { name: 'Remove the password' }).click()
    await expect.poll(() => page.locator('main').innerText()).toContain('Set a password')

    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect.poll(() => page.locator('.error').first().innerText()).toContain('your only way in')
    await signOut(page)
    await signInWithPassword(page, 'carol@example.com')
    await expect.poll(() => page.locator('.error').first().innerText()).toContain('Email or password is wrong')

    // The device is lost.
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    await page.getByRole('link', { name: 'I cannot sign in' }).click()
    const recovery = page.locator('form[action="/sign-in/recovery"]')
    await recovery.getByLabel('Email').fill('carol@example.com')
    await recovery.getByLabel('Recovery code').fill(code)
    await recovery.getByRole('button').click()
    await expect.poll(() => heading(page)).toBe('Your account')
  })
})
