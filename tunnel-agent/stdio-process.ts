import { type ChildProcess, spawn } from 'node:child_process'

import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

import { lineReader } from './gateway-lines.ts'
import type { StdioCommand } from './served.ts'

/** After its input was closed, and again after SIGTERM. */
const STOP_STEP_MS = 2000
/** One message of a server; the gateway lets through less of a client's. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

export interface ProcessListener {
  message(message: JSONRPCMessage): void
  /** A line on its standard error. */
  stderr(line: string): void
  /** Said once, also when it could not be started. */
  exited(reason: string): void
}

/** One process of an MCP server that speaks on standard input and output. */
export class StdioProcess {
  readonly #child: ChildProcess
  readonly #transport: StdioServerTransport | undefined
  #exited = false
  readonly #gone: Promise<void>

  constructor(command: StdioCommand, listener: ProcessListener) {
    const [program, ...args] = command.words
    this.#child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...command.env },
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      // A group of its own: what npx starts is stopped with it, and Ctrl-C reaches the agent first.
      detached: true,
    })
    const { stdin, stdout, stderr } = this.#child
    stderr?.on(
      'data',
      lineReader((line) => listener.stderr(line)),
    )
    // The transport of a server, seen from the other side: it reads lines from one stream and writes to another.
    if (stdin !== null && stdout !== null) {
      this.#transport = new StdioServerTransport(stdout, stdin, { maxBufferSize: MAX_MESSAGE_BYTES })
      Object.assign(this.#transport, {
        onmessage: (message: JSONRPCMessage) => listener.message(message),
        onerror: (error: Error) => listener.stderr(`Not understood: ${error.message}`),
      })
      stdin.on('error', () => {})
      void this.#transport.start()
    }
    this.#gone = new Promise((resolve) => {
      const end = (reason: string): void => {
        if (this.#exited) return
        this.#exited = true
        resolve()
        listener.exited(reason)
      }
      this.#child.once('error', (error: NodeJS.ErrnoException) =>
        end(error.code === 'ENOENT' ? `there is no program "${program}"` : error.message),
      )
      // Not "exit": what it printed last is still on its way then.
      this.#child.once('close', (code, signal) => end(signal === null ? `exit code ${code}` : `ended by ${signal}`))
      // A process that its child outlives keeps the streams open.
      this.#child.once('exit', () => setTimeout(() => this.#streamsOver(), STOP_STEP_MS).unref())
    })
  }

  send(message: JSONRPCMessage): void {
    if (this.#exited) return
    this.#transport?.send(message).catch(() => {
      // Its end is told by "close".
    })
  }

  /** Its input ends, which asks a server to leave; then it is told to, then it is made to. */
  async stop(): Promise<void> {
    this.#child.stdin?.end()
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#goneWithin(STOP_STEP_MS)) return
      this.#kill(signal)
    }
    await this.#goneWithin(STOP_STEP_MS)
  }

  async #goneWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
    const gone = await Promise.race([this.#gone.then(() => true), late])
    clearTimeout(timer)
    return gone
  }

  #streamsOver(): void {
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch {
      // No such group any more.
    }
  }
}
