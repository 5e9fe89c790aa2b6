import { fileURLToPath } from 'node:url'

import { nothingToClose, type RealClient } from './client.ts'
import { expectSuccess, finish } from './home.ts'
import { pythonLibrary } from './install.ts'

/** The libraries for Python, each with a small program around it. */
function pythonClient(name: string, version: string, spec: string, script: string): RealClient {
  const library = pythonLibrary(name, version, spec)
  const path = fileURLToPath(new URL(`python/${script}`, import.meta.url))
  return {
    name,
    version,
    install: () => library.install(),
    async open({ stage, home }) {
      const words = [path, stage.url, home.path('memory')]
      // Nothing of it may end up beside the scripts.
      const options = { env: { PYTHONDONTWRITEBYTECODE: '1' } }
      let isAged = false
      return {
        async signIn() {
          await using program = home.start(library.path('bin', 'python'), words, options)
          await stage.person.visitOpened(home.opened)
          expectSuccess(await finish(program, script), script)
        },
        async call() {
          const ended = await home.run(library.path('bin', 'python'), [...words, ...(isAged ? ['aged'] : [])], options)
          isAged = false
          return expectSuccess(ended, script).stdout
        },
        // A 401 makes these start all over, with the person.
        async age() {
          isAged = true
        },
        ...nothingToClose,
      }
    },
  }
}

export const PYTHON: readonly RealClient[] = [
  pythonClient('mcp-python', '1.30.0', 'mcp', 'sdk_1.py'),
  pythonClient('mcp-python', '2.3.0', 'mcp', 'sdk_2.py'),
  pythonClient('fastmcp', '4.1.2', 'fastmcp', 'fast.py'),
]
