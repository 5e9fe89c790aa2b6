/** What an open screen costs, in this process: memory of 200 of them, full of calls, time of an update, and how often it draws. */
import { setTimeout as sleep } from 'node:timers/promises'

import { systemClock } from '../../control-plane/kernel/clock.ts'
import { initialModel, type Model, update } from '../../control-plane/tui/model.ts'
import { Screen } from '../../control-plane/tui/screen.ts'
import { StatusFeed } from '../../control-plane/tui/status.ts'
import { StatusScreen } from '../../control-plane/tui/status-screen.ts'
import { callOf, NOON_MS, TUNNEL } from '../../control-plane/tui/status.fixture.ts'
import { view } from '../../control-plane/tui/view.ts'
import { bestMs } from './best.ts'

const SCREENS = 200
const CALLS_PER_SCREEN = 250
const CALLS_PER_SECOND = 1000
const SECONDS = 3

/** A call whose texts are its own, as those of real ones are. */
const ownCall = (number: number, more: Parameters<typeof callOf>[1] = {}) =>
  JSON.parse(JSON.stringify(callOf(number, { requestId: `${number}-4bbe-8935-17264726479d`, ...more })))

function openScreen(columns: number, rows: number, wrote: (text: string) => void) {
  const feed = new StatusFeed()
  const screen = new StatusScreen({
    terminal: { write: wrote, unsentBytes: 0 },
    feed,
    channels: () => [],
    clock: systemClock,
    title: 'Sallyport',
    person: 'ann@example.com',
    size: { columns, rows },
    mono: false,
    onQuit: () => {},
    onAnswer: () => {},
  })
  feed.tell({ kind: 'tunnel', tunnel: TUNNEL })
  return { feed, screen }
}

async function memoryMb(): Promise<number> {
  const gc = globalThis.gc
  if (gc === undefined) return Number.NaN
  gc()
  await sleep(200)
  gc()
  const before = process.memoryUsage()
  const open = Array.from({ length: SCREENS }, () => openScreen(80, 24, () => {}))
  for (const { feed } of open) {
    for (let number = 0; number < CALLS_PER_SCREEN; number += 1) feed.tell({ kind: 'call', call: ownCall(number) })
  }
  await sleep(300)
  gc()
  await sleep(200)
  gc()
  const after = process.memoryUsage()
  for (const { screen } of open) screen.close()
  return (after.heapUsed + after.external - before.heapUsed - before.external) / SCREENS / 1e6
}

/** One call more, and what is drawn of it. */
function updateMs(columns: number, rows: number): number {
  let model: Model = initialModel({
    title: 'Sallyport',
    person: 'ann@example.com',
    size: { columns, rows },
    nowMs: NOON_MS,
  })
  model = update(model, { kind: 'tunnel', tunnel: TUNNEL })
  for (let number = 0; number < 200; number += 1) model = update(model, { kind: 'call', call: callOf(number) })
  const screen = new Screen({ mono: false })
  let number = 200
  return bestMs(
    () => {
      model = update(model, { kind: 'call', call: callOf((number += 1)) })
      return screen.draw(view(model).lines)
    },
    { runs: 500 },
  )
}

async function busy(): Promise<{ redraws: number; cpuMs: number; bytes: number }> {
  let redraws = 0
  let bytes = 0
  const { feed, screen } = openScreen(80, 24, (text) => {
    redraws += 1
    bytes += text.length
  })
  await sleep(200)
  redraws = 0
  bytes = 0
  const cpu = process.cpuUsage()
  const startedMs = performance.now()
  let sent = 0
  while (performance.now() - startedMs < SECONDS * 1000) {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * CALLS_PER_SECOND)
    for (; sent < due; sent += 1) {
      feed.tell({ kind: 'call', call: callOf(sent, { durationMs: undefined, httpStatus: undefined }) })
      feed.tell({ kind: 'call', call: callOf(sent) })
    }
    await sleep(5)
  }
  const used = process.cpuUsage(cpu)
  screen.close()
  return { redraws: redraws / SECONDS, cpuMs: (used.user + used.system) / 1000 / SECONDS, bytes: bytes / SECONDS }
}

export async function benchScreen(): Promise<void> {
  const memory = await memoryMb()
  const memoryText = Number.isNaN(memory) ? 'needs --expose-gc' : `${memory.toFixed(3)} MB`
  console.log(`\nscreen: memory of one of ${SCREENS}, ${CALLS_PER_SCREEN} calls each: ${memoryText}`)
  for (const [columns, rows] of [
    [80, 24],
    [40, 10],
    [200, 60],
  ] as const) {
    console.log(
      `  ${columns}×${rows}: ${updateMs(columns, rows).toFixed(3)} ms per update (a call, all panes, line diff)`,
    )
  }
  const { redraws, cpuMs, bytes } = await busy()
  console.log(
    `  ${CALLS_PER_SECOND} calls/s: ${redraws.toFixed(1)} redraws/s, ${cpuMs.toFixed(0)} ms of CPU per second, ${(bytes / 1000).toFixed(0)} kB/s to the terminal`,
  )
}

if (import.meta.main) await benchScreen()
