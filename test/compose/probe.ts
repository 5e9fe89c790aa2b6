/**
 * Checks a running `docker compose up` from outside, as a newcomer would use it: the address answers, an account is
 * made, `ssh -R 0` against the published port opens a tunnel, a client signs in and a call arrives.
 */
import { ScriptedBrowser } from '../system/support/browser.ts'
import { obtainTokens, post, REDIRECT } from '../system/support/oauth.ts'
import { authorizeSsh, signUp } from '../system/support/people.ts'
import { startSsh } from '../system/support/ssh.ts'
import { MCP_URL } from '../system/support/tunnel.ts'
import { startUpstream } from '../system/support/upstream.ts'

const url = process.env['SALLYPORT_PUBLIC_URL'] ?? 'http://localhost:7800'
const sshPort = Number(process.env['SALLYPORT_SSH_PORT'] ?? 2222)

await using upstream = await startUpstream()
const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
await signUp(url, browser, `probe-${process.pid}@example.com`)
console.log(`signed up at ${url}`)
const ssh = startSsh(sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`])
await authorizeSsh(browser, await ssh.see(/(http:\/\/[^\s]+\/sign-in\?user_code=[\w-]+)/))
const tunnel = await ssh.see(MCP_URL)
console.log(`tunnel ${tunnel}`)
const tokens = await obtainTokens(url, browser, tunnel)
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } })
const response = await post(tunnel, body, { authorization: `Bearer ${tokens.access_token}` })
console.log(`call answered ${response.status} ${await response.text()}`)
await ssh.kill()
if (response.status !== 200 || upstream.seen.at(-1)?.body !== body) process.exitCode = 1
