import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type ClientOptions,
} from '@modelcontextprotocol/client'
import { UnauthorizedError as UnauthorizedErrorV1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

import type { ClientMemory } from './client-memory.ts'

/** An official client, of any version, as far as the tests use it. */
export interface McpClient {
  /** Connects; answers `sign_in` when the person has to be asked first. */
  connect(): Promise<'connected' | 'sign_in'>
  /** Takes what came back to the redirect address. */
  finishSignIn(callback: URL): Promise<void>
  readonly protocolVersion: string | undefined
  toolNames(): Promise<readonly string[]>
  callTool(name: string): Promise<unknown>
  readResource(uri: string): Promise<unknown>
  getPrompt(name: string): Promise<unknown>
  close(): Promise<void>
}

export interface ClientSetting {
  readonly url: string
  readonly memory: ClientMemory
  readonly fetch: typeof fetch
}

const INFO = { name: 'test-client', version: '1.0.0' }

export const OFFICIAL_CLIENTS: readonly {
  readonly name: string
  readonly protocolVersion: string
  readonly start: (setting: ClientSetting) => McpClient
}[] = [
  {
    name: '@modelcontextprotocol/client 2.x, legacy era',
    protocolVersion: '2025-11-25',
    start: (setting) => startV2(setting, {}),
  },
  {
    name: '@modelcontextprotocol/client 2.x, modern era',
    protocolVersion: '2026-07-28',
    start: (setting) => startV2(setting, { versionNegotiation: { mode: 'auto' } }),
  },
  { name: '@modelcontextprotocol/sdk 1.x', protocolVersion: '2025-11-25', start: startV1 },
]

function startV2(setting: ClientSetting, options: ClientOptions): McpClient {
  const client = new Client(INFO, options)
  let transport = openTransport()
  function openTransport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(new URL(setting.url), {
      authProvider: setting.memory,
      fetch: setting.fetch,
    })
  }
  return {
    async connect() {
      try {
        transport = openTransport()
        await client.connect(transport)
        return 'connected'
      } catch (error) {
        if (error instanceof UnauthorizedError) return 'sign_in'
        throw error
      }
    },
    finishSignIn: (callback) => transport.finishAuth(callback.searchParams),
    get protocolVersion() {
      return client.getNegotiatedProtocolVersion()
    },
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name) => (await client.callTool({ name, arguments: {} })).content,
    readResource: async (uri) => (await client.readResource({ uri })).contents,
    getPrompt: async (name) => (await client.getPrompt({ name })).messages,
    close: () => client.close(),
  }
}

function startV1(setting: ClientSetting): McpClient {
  const client = new ClientV1(INFO)
  let transport = openTransport()
  function openTransport(): TransportV1 {
    return new TransportV1(new URL(setting.url), { authProvider: setting.memory, fetch: setting.fetch })
  }
  return {
    async connect() {
      try {
        transport = openTransport()
        await client.connect(transport)
        return 'connected'
      } catch (error) {
        if (error instanceof UnauthorizedErrorV1) return 'sign_in'
        throw error
      }
    },
    finishSignIn: (callback) => transport.finishAuth(callback.searchParams.get('code') ?? ''),
    get protocolVersion() {
      return transport.protocolVersion
    },
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name) => (await client.callTool({ name, arguments: {} })).content,
    readResource: async (uri) => (await client.readResource({ uri })).contents,
    getPrompt: async (name) => (await client.getPrompt({ name })).messages,
    close: () => client.close(),
  }
}
