import { ScriptedBrowser } from './browser.ts'
import type { TestGateway } from './gateway.ts'
import { obtainTokens, REDIRECT, type Tokens } from './oauth.ts'
import { authorizeSsh, signUp } from './people.ts'
import { makeSshKey, startSsh, type SshClient } from './ssh.ts'

/** A person with an account, a bound key, an open tunnel and a connected client. */
export interface OpenTunnel extends AsyncDisposable {
  readonly browser: ScriptedBrowser
  readonly key: string
  readonly url: string
  readonly route: string
  readonly ssh: SshClient
  readonly tokens: Tokens
  readonly bearer: { readonly authorization: string }
}

export async function openTunnel(
  gateway: TestGateway,
  options: { readonly email: string; readonly port: number },
): Promise<OpenTunnel> {
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  const key = makeSshKey()
  await signUp(gateway.url, browser, options.email)
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${options.port}`], { key })
  const link = await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/)
  await authorizeSsh(browser, link)
  const url = await ssh.see(MCP_URL)
  const tokens = await obtainTokens(gateway.url, browser, url)
  return {
    browser,
    key,
    url,
    route: new URL(url).pathname.split('/')[1] ?? '',
    ssh,
    tokens,
    bearer: { authorization: `Bearer ${tokens.access_token}` },
    [Symbol.asyncDispose]: () => ssh.kill(),
  }
}

export const MCP_URL = /(http:\/\/localhost:\d+\/[a-z0-9-]+\/mcp)/
