import { ScriptedBrowser, type Visited } from './browser.ts'
import { obtainTokens, post, REDIRECT } from './oauth.ts'

/** Signs in through a provider, from the sign-in page on. */
export async function signInWith(gatewayUrl: string, name: string, browser = newBrowser()): Promise<Visited> {
  return browser.follow(await browser.open(`${gatewayUrl}/sign-in/form`), `Continue with ${name}`)
}

export const newBrowser = (): ScriptedBrowser => new ScriptedBrowser({ stopAt: [REDIRECT] })

/** Whether who is signed in here may call a tool of the route. */
export async function mayCall(gatewayUrl: string, browser: ScriptedBrowser, route: string): Promise<boolean> {
  const url = `${gatewayUrl}/${route}/mcp`
  const { access_token: token } = await obtainTokens(gatewayUrl, browser, url)
  return callWith(token, url)
}

export async function callWith(token: string, url: string): Promise<boolean> {
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'
  const answer = await post(url, call, { authorization: `Bearer ${token}` })
  return 'result' in ((await answer.json().catch(() => ({}))) as object)
}
