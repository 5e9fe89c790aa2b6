import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { nothingToClose, type RealClient } from './client.ts'
import { expectSuccess, finish } from './home.ts'
import { Installation } from './install.ts'

const VERSION = '1.8.0'
const source = fileURLToPath(new URL('go', import.meta.url))
const program = new Installation('go-sdk', VERSION, (folder) => [['go', 'build', '-C', source, '-o', `${folder}/client`, '.']])

/** The Go SDK with a small program around it, built where there is a Go compiler. */
export const goSdk: RealClient = {
  name: 'go-sdk',
  version: VERSION,
  install: async () =>
    spawnSync('go', ['version']).status === 0 ? program.install() : { reason: 'there is no Go compiler (golang 1.25)' },
  async open({ stage, home }) {
    const memory = home.path('memory')
    const command = program.path('client')
    return {
      async signIn() {
        await using login = home.start(command, [stage.url, memory])
        await stage.person.visitOpened(home.opened)
        expectSuccess(await finish(login, 'The Go client'), 'The Go client')
      },
      call: async () => expectSuccess(await home.run(command, [stage.url, memory]), 'The Go client').stdout,
      // Its token source goes by its own clock; a 401 makes it start all over, with the person.
      async age() {
        const kept = await readFile(memory, 'utf8')
        await writeFile(memory, kept.replace(/"expiry":"[^"]*"/, '"expiry":"2001-01-01T00:00:00Z"'))
      },
      ...nothingToClose,
    }
  },
}
