import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

import { until } from '../system/support/until.ts'

/** What a program may take for one command, milliseconds. */
const DEADLINE_MS = 60_000

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program extends AsyncDisposable {
  /** Both streams. */
  readonly text: () => string
  see(pattern: RegExp, withinMs?: number): Promise<string>
  write(text: string): void
  readonly ended: Promise<Ended>
}

export interface Start {
  readonly env?: Readonly<Record<string, string>>
  /** Gives the program a terminal, for those that do nothing without one. */
  readonly terminal?: boolean
  /** Leaves its input open, for those that are spoken to. */
  readonly input?: boolean
}

/** Leaders of the groups that run: what is left of them when we end, ends with us. */
const groups = new Set<number>()
process.once('exit', () => {
  for (const group of groups) process.kill(-group, 'SIGKILL')
})

/** A home folder of a client's own, with a browser that only writes down what it was asked to open. */
export class Home implements AsyncDisposable {
  readonly folder: string
  /** One opened address per line. */
  readonly opened: string

  private constructor(folder: string) {
    this.folder = folder
    this.opened = join(folder, 'opened')
  }

  static async create(): Promise<Home> {
    const home = new Home(await mkdtemp(join(tmpdir(), 'sallyport-client-')))
    await mkdir(join(home.folder, 'bin'))
    await writeFile(home.browser, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${home.opened}'\n`)
    await chmod(home.browser, 0o755)
    return home
  }

  get browser(): string {
    return join(this.folder, 'bin', 'xdg-open')
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  async write(name: string, text: string): Promise<string> {
    const path = this.path(name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    return path
  }

  start(command: string, words: readonly string[], options: Start = {}): Program {
    const line = [command, ...words].map(quoted).join(' ')
    const [executable, ...rest] =
      options.terminal === true ? ['script', '-qec', line, '/dev/null'] : [command, ...words]
    const child = spawn(executable ?? '', rest, {
      cwd: this.folder,
      env: this.environment(options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      // Its own group: what it starts ends with it.
      detached: true,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.stdin.on('error', () => undefined)
    if (options.input !== true && options.terminal !== true) child.stdin.end()
    const { pid } = child
    if (pid !== undefined) groups.add(pid)
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => {
        if (pid !== undefined) groups.delete(pid)
        resolve({ code, stdout, stderr })
      })
    })
    ended.catch(() => undefined)
    const text = (): string => stdout + stderr
    return {
      text,
      ended,
      write: (input) => void child.stdin.write(input),
      see: (pattern, withinMs = DEADLINE_MS) =>
        until(`${command} to print ${String(pattern)}`, () => pattern.exec(text())?.[0], withinMs).catch(
          (cause: unknown) => {
            throw new Error(`${command} printed:\n${text()}`, { cause })
          },
        ),
      async [Symbol.asyncDispose]() {
        if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return
        const closed = once(child, 'close')
        process.kill(-pid, 'SIGKILL')
        await closed
      },
    }
  }

  /** Runs a command to its end, without input. */
  async run(command: string, words: readonly string[], options: Start = {}): Promise<Ended> {
    await using program = this.start(command, words, options)
    return await finish(program, `${command} ${words.join(' ')}`)
  }

  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    const path = [this.path('bin'), dirname(process.execPath), process.env['PATH'] ?? '/usr/bin:/bin']
    return {
      PATH: path.join(delimiter),
      HOME: this.folder,
      BROWSER: this.browser,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      NO_COLOR: '1',
      ...extra,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Waits for the end of a program, and fails with what it printed when that takes too long. */
export async function finish(program: Program, what: string): Promise<Ended> {
  const late = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what} did not end and printed:\n${program.text()}`)),
      DEADLINE_MS,
    )
    program.ended.finally(() => clearTimeout(timer)).catch(() => undefined)
  })
  return Promise.race([program.ended, late])
}

export function expectSuccess(ended: Ended, what: string): Ended {
  if (ended.code !== 0) throw new Error(`${what} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`)
  return ended
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
