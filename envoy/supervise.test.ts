import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Log, LogFields } from '../control-plane/kernel/log.ts'
import { logEnvoyLine } from './log-line.ts'
import { restartDelayMs } from './restart-delay.ts'
import { EnvoySupervisor, envoyArguments } from './supervise.ts'
import { byParentDeathSignal, byPipe } from './tether.ts'

interface Entry extends LogFields {
  readonly level: string
  readonly event: string
}

function recordedLog(): { readonly log: Log; readonly entries: Entry[] } {
  const entries: Entry[] = []
  const at = (level: string) => (event: string, fields?: LogFields) => entries.push({ level, event, ...fields })
  return { entries, log: { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') } }
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervise-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function program(script: string): Promise<string> {
  const path = join(folder, 'envoy')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe.each(Object.entries({ byParentDeathSignal, byPipe }))('with the tether %s', (_name, tether) => {
  test('EnvoySupervisor restarts a program that ends by itself and stops it when disposed of', async () => {
    const { log, entries } = recordedLog()
    const executable = await program(
      `echo "[critical][main] gone" >&2; [ -e again ] && exec sleep 60; touch again; exit 7`,
    )

    const supervisor = await EnvoySupervisor.start({ executable, dataFolder: folder, log, tether })
    await vi.waitFor(() => expect(entries.filter(({ event }) => event === 'envoy.started')).toHaveLength(2), 2000)
    const pid = supervisor.pid ?? 0
    await supervisor[Symbol.asyncDispose]()

    expect(entries).toContainEqual(expect.objectContaining({ level: 'error', event: 'envoy.exited', code: 7 }))
    expect(entries).toContainEqual({ level: 'warn', event: 'envoy.restarting', delayMs: 200, restarts: 1 })
    expect(entries).toContainEqual({ level: 'error', event: 'envoy.said', component: 'main', message: 'gone' })
    expect(isAlive(pid)).toBe(false)
    expect(supervisor.restarts).toBe(1)
  })

  test('EnvoySupervisor kills a program that ignores SIGTERM', async () => {
    const executable = await program(`trap '' TERM; echo up >&2; while :; do sleep 0.05; done`)
    const { log, entries } = recordedLog()

    const supervisor = await EnvoySupervisor.start({ executable, dataFolder: folder, log, tether, stopWithinMs: 100 })
    await vi.waitFor(() => expect(entries).toContainEqual(expect.objectContaining({ message: 'up' })), 2000)
    await supervisor[Symbol.asyncDispose]()

    expect(entries.at(-1)).toMatchObject({ event: 'envoy.exited', signal: 'SIGKILL', level: 'info' })
  })
})

test('EnvoySupervisor keeps trying when the program cannot be started', async () => {
  const { log, entries } = recordedLog()

  const supervisor = await EnvoySupervisor.start({ executable: join(folder, 'none'), dataFolder: folder, log })
  await vi.waitFor(() => expect(entries.some(({ event }) => event === 'envoy.restarting')).toBe(true), 2000)
  await supervisor[Symbol.asyncDispose]()
  const seen = entries.length
  await sleep(250)

  expect(entries).toHaveLength(seen)
})

test('restartDelayMs() doubles up to ten seconds and begins anew after a settled run', () => {
  const delays: number[] = []
  for (let delayMs = 0; delays.length < 8; delays.push(delayMs)) delayMs = restartDelayMs(delayMs, 100)

  expect(delays).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
  expect(restartDelayMs(10_000, 29_999)).toBe(10_000)
  expect(restartDelayMs(10_000, 30_000)).toBe(200)
})

test('logEnvoyLine() keeps the level and reports what has another form as a warning', () => {
  const { log, entries } = recordedLog()

  for (const line of ['[warning][config] slow [1]', '[info][main] up', 'Segmentation fault', ''])
    logEnvoyLine(log, line)

  expect(entries).toEqual([
    { level: 'warn', event: 'envoy.said', component: 'config', message: 'slow [1]' },
    { level: 'info', event: 'envoy.said', component: 'main', message: 'up' },
    { level: 'warn', event: 'envoy.said', message: 'Segmentation fault' },
  ])
})

test('envoyArguments() never allow a hot restart', () => {
  const args = envoyArguments({ executable: 'envoy', dataFolder: '.', log: recordedLog().log, concurrency: 2 })

  expect(args).toContain('--disable-hot-restart')
  expect(args.join(' ')).toContain('--concurrency 2')
})
