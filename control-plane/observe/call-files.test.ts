import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import type { CallRecord } from '../audit/call-record.ts'
import { callFiles } from './call-files.ts'

const DAY_MS = 24 * 60 * 60_000
let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sallyport-lines-')), 'audit')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const recordOf = (requestId: string, atMs: number): CallRecord =>
  ({ requestId, atMs, reasons: [], verdict: 'allow', route: 'team', outcome: { httpStatus: 200 } }) as never

test('each day has its file, which nobody else may read, with one line for each call', async () => {
  const files = callFiles(folder)

  await files.write([recordOf('r1', DAY_MS - 1), recordOf('r2', DAY_MS)])
  await files.write([recordOf('r3', DAY_MS + 1)])

  expect((await readdir(folder)).toSorted()).toEqual(['1970-01-01.jsonl', '1970-01-02.jsonl'])
  const lines = (await readFile(join(folder, '1970-01-02.jsonl'), 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { time: '1970-01-02T00:00:00.000Z', request_id: 'r2', verdict: 'allow', status: 200 },
    { request_id: 'r3' },
  ])
  expect((await stat(join(folder, '1970-01-01.jsonl'))).mode & 0o777).toBe(0o600)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('files of days that are over are removed, and no others', async () => {
  const files = callFiles(folder)
  await files.write([recordOf('r1', 0), recordOf('r2', DAY_MS)])
  await writeFile(join(folder, 'notes.txt'), '')

  await files.removeBefore(DAY_MS + 5)

  expect((await readdir(folder)).toSorted()).toEqual(['1970-01-02.jsonl', 'notes.txt'])
})
