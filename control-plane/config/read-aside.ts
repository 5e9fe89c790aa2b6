import { Worker } from 'node:worker_threads'

import { Fault } from '../kernel/fault.ts'
import { ConfigError } from './problem.ts'
import type { ReadReply } from './read-worker.ts'
import type { SourceTexts } from './sources.ts'

/** As `readTexts`, while this thread goes on answering. */
export function readTextsAside(path: string, seen: (file: string) => void): Promise<SourceTexts> {
  // The same file name under type stripping and after compilation.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./read-worker.${extension}`, import.meta.url), { workerData: { path } })
  return new Promise((resolve, reject) => {
    worker.on('message', (reply: ReadReply) => {
      switch (reply.kind) {
        case 'seen':
          return seen(reply.file)
        case 'read':
          return resolve(reply.texts)
        case 'problems':
          return reject(new ConfigError(reply.problems))
        case 'failed':
          return reject(new Fault(reply.code, reply.message))
      }
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Fault('config.unreadable', 'The configuration was not read to its end')))
  })
}
