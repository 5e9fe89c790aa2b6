import { nothingToClose, type RealClient } from './client.ts'
import { expectSuccess, finish } from './home.ts'
import { npmProgram } from './install.ts'
import { TOOL } from './stage.ts'

const program = npmProgram('inspector', '2.12.0', '@modelcontextprotocol/inspector')
const command = program.path('node_modules', '.bin', 'mcp-inspector')

/** What the program answers where nobody is signed in and it may not ask. */
const AUTH_REQUIRED = 3

/** The Inspector as a command. */
const registered: RealClient = {
  name: 'inspector-2',
  version: '2.12.0',
  install: () => program.install(),
  async open({ stage, home }) {
    const env = { MCP_INSPECTOR_SECRET_STORE: 'file', MCP_AUTO_OPEN_ENABLED: 'true' }
    const document = stage.clientDocument === undefined ? [] : ['--client-metadata-url', stage.clientDocument]
    const target = ['--cli', stage.url, '--transport', 'http', ...document]
    const call = [...target, '--method', 'tools/call', '--tool-name', TOOL]
    return {
      async signIn() {
        const refused = await home.run(command, [...call, '--stored-auth-only'], { env })
        if (refused.code !== AUTH_REQUIRED) throw new Error(`Without tokens it ended with ${refused.code}`)
        await using login = home.start(command, [...target, '--method', 'tools/list'], { env })
        await stage.person.visitOpened(home.opened)
        expectSuccess(await finish(login, 'The first list'), 'The first list')
      },
      call: async () =>
        expectSuccess(await home.run(command, [...call, '--stored-auth-only'], { env }), 'The call').stdout,
      ...nothingToClose,
    }
  },
}

export const INSPECTOR_2: readonly RealClient[] = [
  registered,
  { ...registered, name: 'inspector-2-cimd', isDocumented: true },
]
