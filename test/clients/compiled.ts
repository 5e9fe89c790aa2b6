import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { nothingToClose, type RealClient } from './client.ts'
import { expectSuccess, finish } from './home.ts'
import { Installation } from './install.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The SDKs of languages that are compiled, each with a small program around it, built where there is a compiler. */
function compiledClient(of: {
  readonly name: string
  readonly version: string
  readonly compiler: string
  readonly build: (folder: string) => readonly string[]
  readonly executable: string
  /** In the file that it keeps its tokens in: when they end, or began. */
  readonly clock: readonly [RegExp, string]
}): RealClient {
  const program = new Installation(of.name, of.version, (folder) => [[of.compiler, ...of.build(folder)]])
  return {
    name: of.name,
    version: of.version,
    install: async () =>
      spawnSync(of.compiler, ['version']).error === undefined
        ? program.install()
        : { reason: `there is no "${of.compiler}" to build it with` },
    async open({ stage, home }) {
      const memory = home.path('memory')
      const command = program.path(of.executable)
      return {
        async signIn() {
          await using login = home.start(command, [stage.url, memory])
          await stage.person.visitOpened(home.opened)
          expectSuccess(await finish(login, of.name), of.name)
        },
        call: async () => expectSuccess(await home.run(command, [stage.url, memory]), of.name).stdout,
        // They renew by their own clock; a 401 makes them start all over, with the person.
        age: async () => writeFile(memory, (await readFile(memory, 'utf8')).replace(...of.clock)),
        ...nothingToClose,
      }
    },
  }
}

export const COMPILED: readonly RealClient[] = [
  compiledClient({
    name: 'go-sdk',
    version: '1.8.0',
    compiler: 'go',
    build: (folder) => ['build', '-C', here('go'), '-o', `${folder}/client`, '.'],
    executable: 'client',
    clock: [/"expiry":"[^"]*"/, '"expiry":"2001-01-01T00:00:00Z"'],
  }),
  compiledClient({
    name: 'rmcp',
    version: '3.11.0',
    compiler: 'cargo',
    build: (folder) => [
      'build',
      '--locked',
      '--quiet',
      '--manifest-path',
      here('rust/Cargo.toml'),
      '--target-dir',
      folder,
    ],
    executable: 'debug/client',
    clock: [/"token_received_at":\d+/, '"token_received_at":1'],
  }),
]
