import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

import type { Page } from 'playwright-core'

import { ScriptedBrowser } from '../system/support/browser.ts'
import { PASSWORD } from '../system/support/people.ts'
import { until } from '../system/support/until.ts'

/** Pages of a client's maker, which show after consent and are on the internet. */
const ELSEWHERE = 'https://'

/** The person at the browser: signs in, lets the client in, and comes back to it. */
export class Person {
  readonly #email: string
  /** How often each form was filled in. */
  signedIn = 0
  allowed = 0

  constructor(email: string) {
    this.#email = email
  }

  /** Opens a client's link in a browser that nobody is signed in to; the address at which it ends. */
  async visit(link: string, stopAt: readonly string[] = []): Promise<URL> {
    const browser = new ScriptedBrowser({ stopAt: [...stopAt, ELSEWHERE] })
    const form = await browser.open(link)
    const question = await browser.submit(form, 'Sign in', { email: this.#email, password: PASSWORD })
    this.signedIn += 1
    const back = await browser.submit(question, 'Allow')
    this.allowed += 1
    return new URL(back.url)
  }

  /** The same in a real browser, which a client has sent to us by itself. */
  async answerIn(page: Page): Promise<void> {
    await page.getByLabel('Email').fill(this.#email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    this.signedIn += 1
    this.allowed += 1
  }

  /** Waits for a program to open its browser, which writes each address on a line of that file, and visits it. */
  async visitOpened(file: string, withinMs = 30_000): Promise<URL> {
    const link = await until(
      'the client to open a browser',
      async () =>
        existsSync(file) && (await readFile(file, 'utf8')).split('\n').find((line) => line.startsWith('http')),
      withinMs,
    )
    return this.visit(link)
  }
}
