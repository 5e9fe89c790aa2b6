/** What real clients sent, sent again: each must come to tokens, and to new ones. */
import { readdirSync, readFileSync } from 'node:fs'

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openLab, pkce, type Lab } from './lab.ts'
import { ORIGIN, type Message, type Recording } from './recording.ts'

const FOLDER = new URL('recordings/', import.meta.url)
const recordings = readdirSync(FOLDER).map(
  (file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Recording,
)

let lab: Lab
let key: CryptoKey
const published = new Map<string, object>()
beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  key = pair.privateKey
  const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] }
  for (const { document } of recordings) {
    if (document === undefined) continue
    const { client_id: id, jwks_uri: jwksUri } = document
    published.set(String(id), document)
    if (typeof jwksUri === 'string') published.set(jwksUri, keys)
  }
  lab = await openLab({
    oauth: { clientIdMetadataDocuments: true },
    outbound: async (url) => {
      const document = published.get(url)
      if (document === undefined) throw new Error('no such host')
      return { status: 200, headers: new Headers(), body: JSON.stringify(document) }
    },
  })
})
afterAll(() => lab[Symbol.asyncDispose]())

test.each(recordings)('$client $version ($source) signs in and renews its tokens', async (recording) => {
  // A client without a resource is asked about the one at which it was last challenged.
  lab.attempts.note({
    step: 'challenge',
    outcome: 'done',
    atMs: Date.now(),
    network: '127.0.0.1',
    resource: lab.resource,
  })
  const clientId = await clientIdOf(recording)
  const { verifier, challenge } = pkce()
  const values = { client_id: clientId, code_challenge: challenge, code_verifier: verifier }

  const query = new URLSearchParams(filled(recording.authorize, values))
  const back = await lab.authorize(filled(recording.authorize, values))
  expect(back.href.startsWith(query.get('redirect_uri') ?? '?')).toBe(true)
  expect(back.searchParams.get('state')).toBe(query.get('state'))
  expect(back.searchParams.get('iss')).toBe(lab.url)

  const code = back.searchParams.get('code') ?? ''
  const first = await send('/oauth/token', recording.token, { ...values, code, ...(await proofOf(recording)) })
  expect(first).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'mcp' } })

  if (recording.refresh === undefined) throw new Error('The recording has no refresh')
  const spent = String(first.body['refresh_token'])
  const second = await send(recording.refreshedAt ?? '/oauth/token', recording.refresh, {
    ...values,
    refresh_token: spent,
    ...(await proofOf(recording)),
  })
  expect(second).toMatchObject({ status: 200, body: { scope: 'mcp' } })
  expect(second.body['refresh_token']).not.toBe(spent)
})

test('every recorded client stands in the reference, with its version', () => {
  const page = readFileSync(new URL('../../docs/reference/oauth-clients.md', import.meta.url), 'utf8')

  for (const { client } of recordings) expect(page).toMatch(new RegExp(`\\b${client}\\b`))
  for (const { version } of recordings.filter(({ source }) => source === 'run')) expect(page).toContain(version)
})

test('there are recordings of the clients that people use', () => {
  const names = recordings.map(({ client }) => client)

  expect(names).toEqual(
    expect.arrayContaining([
      'chatgpt',
      'claude',
      'claude-code',
      'codex',
      'cursor',
      'fastmcp',
      'gemini-cli',
      'go-sdk',
      'inspector-1-web',
      'inspector-2',
      'mcp-python',
      'mcp-remote',
      'opencode',
      'rmcp',
      'ts-sdk-1',
      'ts-sdk-2-modern',
      'vscode',
    ]),
  )
})

async function clientIdOf({ registration, document }: Recording): Promise<string> {
  if (registration === undefined) {
    const id = document?.['client_id']
    if (typeof id !== 'string') throw new Error('The recording has neither a registration nor a document')
    return id
  }
  const answer = await send('/oauth/register', registration, {})
  expect(answer).toMatchObject({ status: 201, body: { client_id_issued_at: expect.any(Number) } })
  expect(Object.values(answer.body)).not.toContain(null)
  return String(answer.body['client_id'])
}

/** How a client proves itself that has keys. */
async function proofOf({ document }: Recording): Promise<Readonly<Record<string, string>>> {
  if (document?.['token_endpoint_auth_method'] !== 'private_key_jwt') return {}
  const id = String(document['client_id'])
  const client_assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(lab.url)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key)
  return { client_assertion }
}

async function send(
  path: string,
  message: Message,
  values: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(new URL(path, lab.url), {
    method: 'POST',
    headers: message.headers,
    body: filled(message.body, values),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** The recorded bytes with this run's addresses and secrets in place of those that were taken out. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  const [from, to] = [new URL(ORIGIN), new URL(lab.url)]
  return Object.entries(values).reduce(
    (soFar, [name, value]) => soFar.replace(new RegExp(`\\b${name}=x+`), () => `${name}=${encodeURIComponent(value)}`),
    text.replaceAll(from.host, to.host).replaceAll(encodeURIComponent(from.host), encodeURIComponent(to.host)),
  )
}
