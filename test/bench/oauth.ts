import { createHash, randomBytes } from 'node:crypto'

import { authorizeClient, post, postToken, REDIRECT, registerClient, type Tokens } from '../system/support/oauth.ts'
import type { OpenTunnel } from '../system/support/tunnel.ts'

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const CLIENTS = 1000
const AUTHORIZE_PAGES = 200
/** Below what one network may begin in a minute: that limit is not what is measured. */
const SIGN_INS_OF_A_NETWORK = 250

/**
 * The token endpoint and the authorize page, beside the same number of calls through the same gateway. Every refresh must
 * succeed, get a successor of its own, and leave a client that can go on. Whether that was so.
 */
export async function benchOAuth(gatewayUrl: string, tunnel: OpenTunnel): Promise<boolean> {
  console.log(`\nOAuth, ${CLIENTS} clients`)
  const { body } = await registerClient(gatewayUrl, { client_name: 'Bench' })
  const clientId = String(body['client_id'])
  const clients: Tokens[] = []
  // One after the other, as in any browser; the client is the same, each grant is its own.
  for (let count = 0; count < CLIENTS; count += 1) {
    if (count % SIGN_INS_OF_A_NETWORK === 0) tunnel.browser.moveTo(`127.0.1.${1 + count / SIGN_INS_OF_A_NETWORK}`)
    clients.push(await signIn(gatewayUrl, tunnel, clientId))
  }
  tunnel.browser.moveTo('127.0.2.1')

  const calls = await timed(CLIENTS, 32, async () => (await post(tunnel.url, PING, tunnel.bearer)).status === 200)
  const first = await timedRefresh(gatewayUrl, clients, CLIENTS)
  const second = await timedRefresh(gatewayUrl, first.successors, 32)
  const pages = await timed(AUTHORIZE_PAGES, 1, () => openAuthorizePage(gatewayUrl, tunnel, clientId))

  const perSecond = (measured: Timed): string => (measured.count / measured.seconds).toFixed(0)
  console.log(`calls (baseline)              ${perSecond(calls).padStart(7)} /s   p50 ${calls.p50Ms.toFixed(1)} ms`)
  for (const [name, measured] of [
    [`refreshes, ${CLIENTS} at once`, first],
    ['refreshes, 32 at once', second],
    ['authorize page, one by one', pages],
  ] as const) {
    const ratio = measured.count / measured.seconds / (calls.count / calls.seconds)
    const times = `p50 ${measured.p50Ms.toFixed(1)} ms, p99 ${measured.p99Ms.toFixed(1)} ms`
    console.log(
      `${name.padEnd(30)}${perSecond(measured).padStart(7)} /s   ${times}   ${ratio.toFixed(2)} of a call's rate`,
    )
  }
  const lost = [first, second, pages].reduce((sum, { failed }) => sum + failed, 0)
  const distinct = new Set(second.successors.map((tokens) => tokens.refresh_token)).size
  console.log(`lost: ${lost}, distinct successors: ${distinct} of ${CLIENTS}`)
  return lost === 0 && distinct === CLIENTS
}

async function signIn(gatewayUrl: string, tunnel: OpenTunnel, clientId: string): Promise<Tokens> {
  const back = await authorizeClient(gatewayUrl, tunnel.browser, { clientId, resource: tunnel.url })
  const { status, body } = await postToken(gatewayUrl, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: clientId,
    code_verifier: back.verifier,
  })
  if (status !== 200) throw new Error(`No token: ${status} ${JSON.stringify(body)}`)
  return { ...(body as unknown as Omit<Tokens, 'clientId'>), clientId }
}

async function timedRefresh(
  gatewayUrl: string,
  clients: readonly Tokens[],
  parallel: number,
): Promise<Timed & { readonly successors: readonly Tokens[] }> {
  const successors: Tokens[] = []
  const waiting = [...clients]
  const measured = await timed(clients.length, parallel, async () => {
    const client = waiting.pop()
    if (client === undefined) return false
    const { status, body } = await postToken(gatewayUrl, {
      grant_type: 'refresh_token',
      refresh_token: client.refresh_token,
      client_id: client.clientId,
    })
    if (status === 200) successors.push({ ...client, ...(body as object) })
    return status === 200
  })
  return { ...measured, successors }
}

/** From the client's link to the page that asks: what a person waits for. */
async function openAuthorizePage(gatewayUrl: string, tunnel: OpenTunnel, clientId: string): Promise<boolean> {
  const url = new URL('/oauth/authorize', gatewayUrl)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT,
    resource: tunnel.url,
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const page = await tunnel.browser.open(url.href)
  return page.html.includes('Connect a client?')
}

interface Timed {
  readonly count: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
}

async function timed(count: number, parallel: number, run: () => Promise<boolean>): Promise<Timed> {
  const times: number[] = []
  let failed = 0
  const startedAt = performance.now()
  await inParallel(count, parallel, async () => {
    const begunAt = performance.now()
    if (!(await run())) failed += 1
    times.push(performance.now() - begunAt)
  })
  const seconds = (performance.now() - startedAt) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { count, seconds, p50Ms: at(0.5), p99Ms: at(0.99), failed }
}

async function inParallel<T>(count: number, parallel: number, run: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let begun = 0
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun += 1
      results.push(await run())
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return results
}
