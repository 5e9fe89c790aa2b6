import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

import { nothingToClose, type RealClient } from './client.ts'
import type { Home } from './home.ts'
import { npmProgram } from './install.ts'
import { TOOL } from './stage.ts'

const VERSION = '0.15.1'
const program = npmProgram('mcp-remote', VERSION, 'mcp-remote')

/** For clients that speak stdio only: to them it is a server. */
export const mcpRemote: RealClient = {
  name: 'mcp-remote',
  version: VERSION,
  install: () => program.install(),
  open: async ({ stage, home }) => ({
    async signIn() {
      const client = await connect(home, stage.url, () => stage.person.visitOpened(home.opened))
      await client.close()
    },
    async call() {
      const client = await connect(home, stage.url)
      try {
        return JSON.stringify(await client.callTool({ name: TOOL, arguments: {} }))
      } finally {
        await client.close()
      }
    },
    ...nothingToClose,
  }),
}

/** The handshake is answered only when the person, `meanwhile`, has let it in. */
async function connect(home: Home, url: string, meanwhile?: () => Promise<unknown>): Promise<Client> {
  const transport = new StdioClientTransport({
    command: program.path('node_modules', '.bin', 'mcp-remote'),
    args: [url],
    env: home.environment(),
    cwd: home.folder,
    stderr: 'ignore',
  })
  const client = new Client({ name: 'stdio-client', version: '1.0.0' })
  try {
    await Promise.all([client.connect(transport), meanwhile?.()])
  } catch (error) {
    await client.close()
    throw error
  }
  return client
}
