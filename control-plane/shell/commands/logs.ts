import { recordOf, type CallRecord } from '../../audit/call-record.ts'
import type { CallDecided } from '../../audit/event.ts'
import { lineOf } from '../../audit/line.ts'
import { parseDuration } from '../../kernel/duration.ts'
import { EXIT, type Command, type ShellSession } from '../command.ts'
import { lossy, untilGone } from '../lossy.ts'

const DEFAULT_CALLS = 50
const MAX_CALLS = 1000
const DEFAULT_SINCE_MS = 24 * 3_600_000

export const logs: Command = {
  name: 'logs',
  usage: '[--follow] [--tunnel NAME] [--since 1h] [--limit 50] [--denied]',
  summary: 'the latest calls of your tunnels; --follow goes on with those that come',
  flags: ['follow', 'denied'],
  values: ['tunnel', 'since', 'limit'],
  async run(given, session, output) {
    const { user, ports, clock, gone } = session
    const sinceMs = parseDuration(given.value('since') ?? `${DEFAULT_SINCE_MS}ms`)
    const limit = Number(given.value('limit') ?? DEFAULT_CALLS)
    if (sinceMs === undefined) {
      output.problem('"--since" needs a duration, such as 30m or 7d')
      return EXIT.usage
    }
    if (!Number.isInteger(limit) || limit < 0 || limit > MAX_CALLS) {
      output.problem(`"--limit" needs a number up to ${MAX_CALLS}`)
      return EXIT.usage
    }
    const route = given.value('tunnel')
    if (route !== undefined && !ports.isServedBy(user, route)) {
      output.problem(`You serve no tunnel "${route}"`)
      return EXIT.failed
    }
    const isWanted = (event: CallDecided): boolean =>
      (route === undefined ? ports.isServedBy(user, event.route) : event.route === route) &&
      (!given.has('denied') || event.verdict === 'refuse' || event.verdict === 'challenge')
    const isJson = given.has('json')
    const write = (record: CallRecord): void => (isJson ? output.json(lineOf(record)) : output.line(textOf(record)))
    // Listens before it reads what was: a call in between must not be lost. It may be shown twice instead, so ids are kept.
    const live = given.has('follow') ? follow(session, isWanted) : undefined
    const denied = given.has('denied') ? true : undefined
    const before = await ports.callsOf(user, { sinceMs: clock.nowMs() - sinceMs, route, denied, limit })
    for (const record of before.toReversed()) {
      await output.ready()
      write(record)
    }
    if (live === undefined) return EXIT.ok
    const unlessSlow = lossy(output, (count) =>
      isJson ? output.json({ lost: count }) : output.line(`… ${count} calls came faster than they were read`),
    )
    const shown = new Set(before.map(({ requestId }) => requestId))
    live.start((record) => unlessSlow(() => write(record)), shown)
    await untilGone(gone)
    live.stop()
    return EXIT.ok
  },
}

/** Enough for the time that a look into the store takes. */
const MAX_EARLY = 1000

function follow(
  { events }: ShellSession,
  isWanted: (event: CallDecided) => boolean,
): { start(write: (record: CallRecord) => void, shown: ReadonlySet<string>): void; stop(): void } {
  const early: CallRecord[] = []
  let hear = (record: CallRecord): void => {
    if (early.length < MAX_EARLY) early.push(record)
  }
  const stop = events.subscribe((event) => {
    if (event.kind === 'call.decided' && isWanted(event)) hear(recordOf(event))
  })
  return {
    start(write, shown) {
      for (const record of early.splice(0)) if (!shown.has(record.requestId)) write(record)
      hear = write
    },
    stop,
  }
}

export const textOf = ({ atMs, route, caller, method, httpMethod, ...record }: CallRecord): string =>
  [
    new Date(atMs).toISOString(),
    route,
    caller === undefined ? 'nobody' : caller.email || caller.clientId,
    method ?? httpMethod,
    record.tool ?? record.resource ?? record.prompt ?? '',
    record.verdict,
    record.rule ?? '',
    record.outcome.httpStatus === undefined ? '' : String(record.outcome.httpStatus),
    record.outcome.durationMs === undefined ? '' : `${Math.round(record.outcome.durationMs)} ms`,
  ]
    .filter((part) => part !== '')
    .join('  ')
