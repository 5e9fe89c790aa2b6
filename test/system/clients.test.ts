import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startEverything, type Everything } from '../fixture/everything/everything.ts'
import { ClientMemory } from './support/client-memory.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { OFFICIAL_CLIENTS, type McpClient } from './support/mcp-clients.ts'
import { REDIRECT } from './support/oauth.ts'
import { openTunnel, type OpenTunnel } from './support/tunnel.ts'

let gateway: TestGateway
let everything: Everything
let tunnel: OpenTunnel

beforeAll(async () => {
  everything = await startEverything()
  gateway = await startGateway()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: everything.port })
})

afterAll(async () => {
  await tunnel?.[Symbol.asyncDispose]()
  await gateway?.[Symbol.asyncDispose]()
  await everything?.[Symbol.asyncDispose]()
})

describe.each(OFFICIAL_CLIENTS)('$name', ({ start, protocolVersion }) => {
  test('signs in knowing nothing but the URL, uses the server, and refreshes without the person', async () => {
    const requests: string[] = []
    const memory = new ClientMemory()
    const client = start({ url: tunnel.url, memory, fetch: recordInto(requests) })

    expect(await client.connect()).toBe('sign_in')
    const discovery = [
      `GET /.well-known/oauth-protected-resource/${tunnel.route}/mcp`,
      'GET /.well-known/oauth-authorization-server',
      'POST /oauth/register',
    ]
    expect(requests.filter((request) => discovery.includes(request))).toEqual(discovery)
    expect(requests[0]).toBe(`POST /${tunnel.route}/mcp`)
    const authorize = memory.authorizeUrls.at(-1)
    expect(Object.fromEntries(authorize?.searchParams ?? [])).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      resource: tunnel.url,
      scope: 'mcp',
    })

    await client.finishSignIn(await allow(String(authorize)))
    expect(await client.connect()).toBe('connected')
    expect(client.protocolVersion).toBe(protocolVersion)
    expect(claimsOf(memory.savedTokens?.access_token)).toMatchObject({
      iss: gateway.url,
      aud: tunnel.url,
      scope: 'mcp',
    })
    await expectEverything(client)

    const first = memory.savedTokens
    if (first === undefined) throw new Error('The client saved no tokens')
    memory.savedTokens = { ...first, access_token: spoil(first.access_token) }
    requests.length = 0
    await expectEverything(client)

    expect(requests).toContain('POST /oauth/token')
    expect(memory.authorizeUrls).toHaveLength(1)
    expect(memory.savedTokens.access_token).not.toBe(spoil(first.access_token))
    expect(memory.savedTokens.refresh_token).not.toBe(first.refresh_token)
    expect(claimsOf(memory.savedTokens.access_token)).toMatchObject({ aud: tunnel.url })
    await client.close()
  })
})

describe('discovery by hand', () => {
  test('an unauthenticated request is told where the metadata is', async () => {
    const response = await fetch(tunnel.url, { method: 'POST', body: '{}' })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${gateway.url}/.well-known/oauth-protected-resource/${tunnel.route}/mcp", scope="mcp"`,
    )
  })

  test('the resource metadata names exactly the MCP URL and our issuer', async () => {
    const response = await fetch(`${gateway.url}/.well-known/oauth-protected-resource/${tunnel.route}/mcp`)

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      resource: tunnel.url,
      authorization_servers: [gateway.url],
      scopes_supported: ['mcp'],
      bearer_methods_supported: ['header'],
    })
  })

  test('nothing is told about a tunnel that does not exist', async () => {
    const response = await fetch(`${gateway.url}/.well-known/oauth-protected-resource/no-such-0000/mcp`)

    expect(response.status).toBe(404)
  })

  test.each(['oauth-authorization-server', 'openid-configuration'])(
    '%s describes the authorization server',
    async (name) => {
      const response = await fetch(`${gateway.url}/.well-known/${name}`)

      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({
        issuer: gateway.url,
        authorization_endpoint: `${gateway.url}/oauth/authorize`,
        token_endpoint: `${gateway.url}/oauth/token`,
        registration_endpoint: `${gateway.url}/oauth/register`,
        code_challenge_methods_supported: ['S256'],
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        authorization_response_iss_parameter_supported: true,
      })
    },
  )
})

describe('a token request that is not as it should be', () => {
  const refresh = (path: string, type: string, body: string): Promise<Response> =>
    fetch(`${gateway.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body })
  const form = (): string =>
    new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: tunnel.tokens.refresh_token,
      client_id: tunnel.tokens.clientId,
    }).toString()

  test.each([
    ['/oauth/token', 'application/json, application/x-www-form-urlencoded'],
    ['/token', 'application/x-www-form-urlencoded'],
  ])('is answered at %s as %s', async (path, type) => {
    const response = await refresh(path, type, form())

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) })
  })

  test.each([
    ['no/media;type', 'x'],
    ['application/json', '{'],
    ['application/x-www-form-urlencoded', `client_id=${'x'.repeat(70_000)}`],
  ])('gets an error that a client can read: %s', async (type, body) => {
    const response = await refresh('/oauth/token', type, body)

    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })
})

/** The person: signed in already, reads who asks for what, and allows it. */
async function allow(authorizeUrl: string): Promise<URL> {
  const page = await tunnel.browser.open(authorizeUrl)
  expect(page.html).toContain('Test client')
  expect(page.html).toContain('127.0.0.1')
  expect(page.html).toContain(tunnel.route)
  const callback = new URL((await tunnel.browser.submit(page, 'Allow')).url)
  expect(callback.href.startsWith(REDIRECT)).toBe(true)
  expect(callback.searchParams.get('state')).toBe('state-of-the-test')
  expect(callback.searchParams.get('iss')).toBe(gateway.url)
  return callback
}

async function expectEverything(client: McpClient): Promise<void> {
  expect(await client.toolNames()).toContain('test_simple_text')
  expect(await client.callTool('test_simple_text')).toEqual([
    { type: 'text', text: 'This is a simple text response for testing.' },
  ])
  expect(await client.readResource('test://static-text')).toMatchObject([
    { text: 'This is the content of the static text resource.' },
  ])
  expect(await client.getPrompt('test_simple_prompt')).toMatchObject([
    { content: { text: 'This is a simple prompt for testing.' } },
  ])
}

function recordInto(requests: string[]): typeof fetch {
  return (input, init) => {
    const request = new Request(input, init)
    requests.push(`${request.method} ${new URL(request.url).pathname}`)
    return fetch(input, init)
  }
}

function claimsOf(token: string | undefined): unknown {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8'))
}

/** The same token with another signature: to the gateway as good as one that has expired. */
function spoil(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, payload, Buffer.alloc(signature.length).toString('base64url')].join('.')
}
