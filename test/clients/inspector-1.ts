import { existsSync } from 'node:fs'

import type { Page } from 'playwright-core'

import { CHROMIUM, launchChromium } from '../system/support/chromium.ts'
import { freePort } from '../system/support/ports.ts'
import type { RealClient } from './client.ts'
import { npmProgram } from './install.ts'
import { TOOL } from './stage.ts'

const VERSION = '1.0.3'
const program = npmProgram('inspector', VERSION, '@modelcontextprotocol/inspector')

/** The Inspector as a web page that talks to the gateway itself: what a page may do with our CORS shows here and nowhere else. */
export const inspector1: RealClient = {
  name: 'inspector-1-web',
  version: VERSION,
  install: async () => (existsSync(CHROMIUM) ? program.install() : { reason: 'there is no Chromium' }),
  async open({ stage, home }) {
    await using open = new AsyncDisposableStack()
    const port = await freePort()
    const proxyPort = await freePort()
    const env = {
      CLIENT_PORT: String(port),
      SERVER_PORT: String(proxyPort),
      MCP_AUTO_OPEN_ENABLED: 'false',
      DANGEROUSLY_OMIT_AUTH: 'true',
    }
    const inspector = open.use(home.start(program.path('node_modules', '.bin', 'mcp-inspector'), [], { env }))
    await inspector.see(/up and running/)
    const browser = await launchChromium()
    open.defer(() => browser.close())
    const page = await browser.newPage()
    // Not by way of the Inspector's own proxy, which no page's rules bind.
    await page.addInitScript("localStorage.setItem('lastConnectionType', 'direct')")
    const query = new URLSearchParams({
      transport: 'streamable-http',
      serverUrl: stage.url,
      MCP_PROXY_PORT: `${proxyPort}`,
    })
    const start = `http://localhost:${port}/?${query.toString()}`
    const kept = open.move()
    return {
      async signIn() {
        await page.goto(start)
        await page.getByRole('button', { name: 'Open Auth Settings' }).click()
        await page.getByRole('button', { name: 'Quick OAuth Flow' }).click()
        await stage.person.answerIn(page)
        await page.waitForFunction("Object.keys(sessionStorage).some((name) => name.endsWith('mcp_tokens'))")
      },
      async call() {
        await page.goto(start)
        return callTool(page)
      },
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    }
  },
}

async function callTool(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByRole('tab', { name: 'Tools' }).click()
  await page.getByRole('button', { name: 'List Tools' }).click()
  await page.getByText(TOOL, { exact: true }).first().click()
  await page.getByRole('button', { name: 'Run Tool' }).click()
  await page.getByText('Tool Result').waitFor()
  return page.locator('body').innerText()
}
