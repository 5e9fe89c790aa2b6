import { appendFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { RecordSink } from '../audit/journal.ts'
import { lineOf } from '../audit/line.ts'

const FILE = /^(\d{4}-\d\d-\d\d)\.jsonl$/

export interface CallFiles extends RecordSink {
  /** Removes the files of days that were over before that time. */
  removeBefore(atMs: number): Promise<void>
}

/** One line of JSON for each call, in a file for each day (UTC, by the time of the decision) that only our own user can read. */
export function callFiles(folder: string): CallFiles {
  return {
    async write(records) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const days = Map.groupBy(records, ({ atMs }) => dayOf(atMs))
      for (const [day, ofDay] of days) {
        const text = ofDay.map((record) => `${JSON.stringify(lineOf(record))}\n`).join('')
        await appendFile(join(folder, `${day}.jsonl`), text, { mode: 0o600 })
      }
    },
    async removeBefore(atMs) {
      const names = await readdir(folder).catch(() => [])
      const firstKept = dayOf(atMs)
      for (const name of names) {
        const day = FILE.exec(name)?.[1]
        if (day !== undefined && day < firstKept) await rm(join(folder, name), { force: true })
      }
    },
  }
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)
