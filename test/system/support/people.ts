import { ScriptedBrowser, type Visited } from './browser.ts'

export const PASSWORD = 'correct horse battery'

/** Creates an account in this browser and is signed in afterwards. */
export async function signUp(gatewayUrl: string, browser: ScriptedBrowser, email: string): Promise<Visited> {
  const form = await browser.open(`${gatewayUrl}/sign-in/form?mode=sign-up`)
  const page = await browser.submit(form, 'Create account', { email, password: PASSWORD })
  if (!page.html.includes('Your tunnel')) throw new Error(`Sign-up did not work: ${page.status} ${page.html}`)
  return page
}

/** Answers the link that a terminal showed. */
export async function authorizeSsh(
  browser: ScriptedBrowser,
  link: string,
  answer: 'Authorize' | 'Deny' = 'Authorize',
): Promise<Visited> {
  return browser.submit(await browser.open(link), answer)
}
