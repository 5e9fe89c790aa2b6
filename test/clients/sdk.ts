import { readFileSync } from 'node:fs'

import { ClientMemory } from '../system/support/client-memory.ts'
import { OFFICIAL_CLIENTS, type McpClient } from '../system/support/mcp-clients.ts'
import { REDIRECT } from '../system/support/oauth.ts'
import { nothingToClose, type RealClient, type Session } from './client.ts'
import { TOOL, type Stage } from './stage.ts'

type StartClient = (typeof OFFICIAL_CLIENTS)[number]['start']

/** The official TypeScript SDKs, which are here as libraries and run in this process. */
function sdk(name: string, library: string, start: StartClient): RealClient {
  return {
    name,
    version: versionOf(library),
    install: async () => undefined,
    open: async ({ stage }) => startSession(stage, start),
  }
}

/** The same, known by the address of a document. */
const documented = (client: RealClient): RealClient => ({ ...client, name: `${client.name}-cimd`, isDocumented: true })

function startSession(stage: Stage, start: StartClient): Session {
  const memory = new ClientMemory(REDIRECT, stage.clientDocument)
  // Each use is a new start of the program: only its memory stays.
  const connect = async (
    use: (client: McpClient, state: 'connected' | 'sign_in') => Promise<string>,
  ): Promise<string> => {
    const client = start({ url: stage.url, memory, fetch })
    try {
      return await use(client, await client.connect())
    } finally {
      await client.close()
    }
  }
  return {
    async signIn() {
      await connect(async (client, state) => {
        if (state !== 'sign_in') throw new Error('It connected without signing in')
        await client.finishSignIn(await stage.person.visit(String(memory.authorizeUrls.at(-1)), [REDIRECT]))
        return ''
      })
    },
    call: () =>
      connect(async (client, state) => {
        if (state !== 'connected') throw new Error('It wants to sign in again')
        return JSON.stringify(await client.callTool(TOOL))
      }),
    ...nothingToClose,
  }
}

function versionOf(library: string): string {
  const file = new URL(`../../node_modules/${library}/package.json`, import.meta.url)
  return String((JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)['version'])
}

const LIBRARY = { 'ts-sdk-2': '@modelcontextprotocol/client', 'ts-sdk-1': '@modelcontextprotocol/sdk' } as const

const [legacy, modern, first] = OFFICIAL_CLIENTS
if (legacy === undefined || modern === undefined || first === undefined)
  throw new Error('There is an SDK less than before')

const registered: readonly RealClient[] = [
  sdk('ts-sdk-1', LIBRARY['ts-sdk-1'], first.start),
  sdk('ts-sdk-2-legacy', LIBRARY['ts-sdk-2'], legacy.start),
  sdk('ts-sdk-2-modern', LIBRARY['ts-sdk-2'], modern.start),
]

export const SDKS: readonly RealClient[] = [...registered, ...registered.map(documented)]
