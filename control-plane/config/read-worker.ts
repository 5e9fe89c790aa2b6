/** Reads a configuration's files on a thread of its own: a large one takes a third of a second, and calls must not wait. */
import { parentPort, workerData } from 'node:worker_threads'

import { Fault, messageOf } from '../kernel/fault.ts'
import { ConfigError, type ConfigProblem } from './problem.ts'
import { readTexts, type SourceTexts } from './sources.ts'

export type ReadReply =
  | { readonly kind: 'seen'; readonly file: string }
  | { readonly kind: 'read'; readonly texts: SourceTexts }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

const reply = (value: ReadReply): void => parentPort?.postMessage(value)

try {
  const { path } = workerData as { readonly path: string }
  reply({ kind: 'read', texts: readTexts(path, (file) => reply({ kind: 'seen', file })) })
} catch (cause) {
  if (cause instanceof ConfigError) reply({ kind: 'problems', problems: cause.problems })
  else
    reply({
      kind: 'failed',
      code: cause instanceof Fault ? cause.code : 'config.unreadable',
      message: messageOf(cause),
    })
}
