import type { TcpTarget } from './address.ts'

/** An MCP server on standard input and output. */
export interface StdioCommand {
  readonly words: readonly [string, ...string[]]
  /** Added to the environment of the agent. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | undefined
  /** One process for everybody, instead of one for each session. */
  readonly shared: boolean
}

/** One server to be published. */
export interface Served {
  /** Stands before your name in the address; undefined for the server under your name alone. */
  readonly label: string | undefined
  readonly target: TcpTarget | StdioCommand
}

/** As the gateway takes it: in its `-R` a number alone is a mistyped port. */
export const LABEL = /^(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/
export const LABEL_RULE = 'use up to 30 of a-z, 0-9 and "-", and not a number alone'

export const isCommand = (target: TcpTarget | StdioCommand): target is StdioCommand => 'words' in target
