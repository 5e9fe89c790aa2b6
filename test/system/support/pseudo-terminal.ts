/** A person's terminal: the real OpenSSH client under a pseudo terminal, and an emulator that shows what it was sent. */
import { spawn } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import xterm from '@xterm/headless'

import { sshWords } from './ssh.ts'
import { until } from './until.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface PseudoTerminal extends AsyncDisposable {
  /** Everything that the terminal was sent. */
  bytes(): string
  /** The screen as it stands, a text per row, without blanks at the ends. */
  frame(): readonly string[]
  /** What the emulator knows besides the cells. */
  readonly emulator: xterm.Terminal
  type(keys: string): void
  /** As when somebody drags the corner of the window. */
  resize(size: Size): void
  /** Waits until the screen shows it. */
  see(pattern: RegExp, withinMs?: number): Promise<void>
  readonly exited: Promise<number | null>
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** `script` of util-linux makes the pseudo terminal, and `stty` sets its size. */
export async function openPseudoTerminal(
  port: number,
  words: readonly string[],
  options: { readonly key: string; readonly size: Size; readonly env?: Readonly<Record<string, string>> },
): Promise<PseudoTerminal> {
  const { size } = options
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-terminal-'))
  const nameFile = join(folder, 'tty')
  const runFile = join(folder, 'run.sh')
  const ssh = ['ssh', ...sshWords(port, words, options)].map(quoted).join(' ')
  writeFileSync(runFile, `stty rows ${size.rows} cols ${size.columns}\ntty > ${nameFile}\nexec ${ssh}\n`)
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', `sh ${runFile}`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, TERM: 'xterm-256color', ...options.env },
  })
  const emulator = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true })
  let bytes = ''
  const decoder = new TextDecoder()
  child.stdout.on('data', (chunk: Buffer) => {
    const text = decoder.decode(chunk, { stream: true })
    bytes += text
    emulator.write(text)
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const frame = (): readonly string[] =>
    Array.from({ length: emulator.rows }, (_, row) => {
      const buffer = emulator.buffer.active
      return (buffer.getLine(buffer.baseY + row)?.translateToString() ?? '').trimEnd()
    })
  await until('the pseudo terminal to have a name', () => existsSync(nameFile) && readFileSync(nameFile, 'utf8') !== '')
  return {
    bytes: () => bytes,
    frame,
    emulator,
    exited,
    type: (keys) => void child.stdin.write(keys),
    resize({ columns, rows }) {
      emulator.resize(columns, rows)
      const name = readFileSync(nameFile, 'utf8').trim()
      execFileSync('stty', ['-F', name, 'rows', String(rows), 'cols', String(columns)])
    },
    async see(pattern, withinMs = 15_000) {
      await until(`the screen to show ${String(pattern)}`, () => pattern.test(frame().join('\n')), withinMs).catch(
        (cause: unknown) => {
          throw new Error(`The screen shows:\n${frame().join('\n')}`, { cause })
        },
      )
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
