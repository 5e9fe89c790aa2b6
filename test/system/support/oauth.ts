import { createHash, randomBytes } from 'node:crypto'

import type { ScriptedBrowser } from './browser.ts'

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly scope: string
  readonly clientId: string
}

export const REDIRECT = 'http://127.0.0.1:9/callback'

let registered = 0

/** Registers a public client (RFC 7591) of its own: the same metadata would be the same client. */
export async function registerClient(
  gatewayUrl: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gatewayUrl}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: `Test client ${(registered += 1)}`,
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      ...metadata,
    }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** The browser's leg: authorize, consent, back at the client with a code. The browser must stop at `REDIRECT`. */
export async function authorizeClient(
  gatewayUrl: string,
  browser: ScriptedBrowser,
  request: {
    readonly clientId: string
    readonly resource: string
    readonly scope?: string
    readonly answer?: 'Allow' | 'Cancel'
  },
): Promise<URL & { readonly verifier: string }> {
  const verifier = randomBytes(32).toString('base64url')
  const url = new URL('/oauth/authorize', gatewayUrl)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: REDIRECT,
    resource: request.resource,
    ...(request.scope === undefined ? {} : { scope: request.scope }),
    state: 'state-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const page = await browser.open(url.href)
  const back = page.url.startsWith(REDIRECT) ? page : await browser.submit(page, request.answer ?? 'Allow')
  return Object.assign(new URL(back.url), { verifier })
}

export async function postToken(
  gatewayUrl: string,
  form: Readonly<Record<string, string>>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gatewayUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** The whole flow for one MCP URL. */
export async function obtainTokens(gatewayUrl: string, browser: ScriptedBrowser, resource: string): Promise<Tokens> {
  const { body } = await registerClient(gatewayUrl)
  const clientId = String(body['client_id'])
  const back = await authorizeClient(gatewayUrl, browser, { clientId, resource })
  const answer = await postToken(gatewayUrl, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: clientId,
    code_verifier: back.verifier,
    resource,
  })
  if (answer.status !== 200) throw new Error(`No token: ${answer.status} ${JSON.stringify(answer.body)} (${back.href})`)
  return { ...(answer.body as unknown as Omit<Tokens, 'clientId'>), clientId }
}

/** One JSON-RPC POST to an MCP URL, as raw as the test wants it. */
export function post(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: body as BodyInit,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  })
}
