import { CommanderError } from 'commander'

import { ConfigError, formatProblem } from '../config/problem.ts'
import { Fault, messageOf } from '../kernel/fault.ts'

export interface Failure {
  /** 0 stopped as asked; 1 fault or bug; 2 bad options or configuration; 3 could not start. */
  readonly exitCode: number
  /** For a person; undefined where it was printed already. */
  readonly text: string | undefined
}

/** The one place that turns what was thrown into words and an exit code. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CommanderError) return { exitCode: thrown.exitCode === 0 ? 0 : 2, text: undefined }
  if (thrown instanceof ConfigError) {
    const count = thrown.problems.length
    const summary = `${count} ${count === 1 ? 'problem' : 'problems'}, nothing was started`
    return { exitCode: 2, text: [...thrown.problems.map(formatProblem), summary].join('\n') }
  }
  if (thrown instanceof Fault) {
    const hint = thrown.hint === undefined ? '' : `\n  hint: ${thrown.hint}`
    return { exitCode: exitCodeOf(thrown.code), text: `${thrown.message}${hint}` }
  }
  return { exitCode: 1, text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown) }
}

function exitCodeOf(code: string): number {
  if (code.startsWith('config.')) return 2
  return /^(?:start|envoy|dock|grpc|store)\./.test(code) ? 3 : 1
}
