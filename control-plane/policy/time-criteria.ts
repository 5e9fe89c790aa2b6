import { err, ok, type Result } from '../kernel/result.ts'
import type { Criterion } from './criterion.ts'
import { nearest, type PolicyProblem } from './problem.ts'

type Parsed = Result<Criterion, readonly PolicyProblem[]>

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const DAY_MS = 24 * 60 * 60_000

const judged = (name: string, holds: (atMs: number) => boolean): Criterion => ({
  truthOf: ({ atMs }) => (holds(atMs) ? 'yes' : 'no'),
  reasonOf: (truth) => `${name}-${truth === 'yes' ? 'ok' : 'unauthorized'}`,
})

/** `{ after, before }`, ISO 8601; without an offset it is UTC. Both ends count as inside. */
export function parseDate(data: unknown): Parsed {
  const fields = fieldsOf(data, ['after', 'before'])
  if (!fields.ok) return fields
  const [after, before] = ['after', 'before'].map((name) => fields.value[name] && instantOf(fields.value[name]))
  const problems = [
    ...(after !== undefined && Number.isNaN(after) ? [bad('after', 'a date, such as 2026-12-31T18:00:00Z')] : []),
    ...(before !== undefined && Number.isNaN(before) ? [bad('before', 'a date, such as 2026-12-31T18:00:00Z')] : []),
  ]
  if (problems.length > 0) return err(problems)
  const [from, to] = [Number(after ?? -Infinity), Number(before ?? Infinity)]
  if (from > to) return err([{ path: [], message: '"after" is later than "before", so this never matches' }])
  return ok(judged('date', (atMs) => atMs >= from && atMs <= to))
}

/** `mon`, `mon-fri`, `sat,sun`, `*`; in UTC. */
export function parseDayOfWeek(data: unknown): Parsed {
  const days = typeof data === 'string' ? daysIn(data) : undefined
  if (days === undefined) {
    return err([{ path: [], message: 'Expected days of the week', hint: 'such as "mon-fri", "sat,sun" or "*"' }])
  }
  return ok(judged('day-of-week', (atMs) => days.has(new Date(atMs).getUTCDay())))
}

/** `{ timezone, after, before }`; times as `9:30`, `17:00:00` or `5:30PM`. After midnight it goes on where `after` is the later. */
export function parseTimeOfDay(data: unknown): Parsed {
  const fields = fieldsOf(data, ['timezone', 'after', 'before'])
  if (!fields.ok) return fields
  const { timezone = 'UTC', after = '0:00', before = '24:00' } = fields.value
  const clock = clockIn(timezone)
  const [from, to] = [secondsIn(after), secondsIn(before)]
  const problems = [
    ...(clock === undefined ? [bad('timezone', 'a time zone, such as Europe/Berlin or UTC')] : []),
    ...(from === undefined ? [bad('after', 'a time of day, such as 9:30 or 5:30PM')] : []),
    ...(to === undefined ? [bad('before', 'a time of day, such as 9:30 or 5:30PM')] : []),
  ]
  if (clock === undefined || from === undefined || to === undefined) return err(problems)
  return ok(
    judged('time-of-day', (atMs) => {
      const now = clock(atMs)
      return from <= to ? now >= from && now <= to : now >= from || now <= to
    }),
  )
}

const bad = (name: string, expected: string): PolicyProblem => ({
  path: [name],
  message: `"${name}" needs ${expected}`,
})

function fieldsOf(data: unknown, known: readonly string[]): Result<Record<string, string>, readonly PolicyProblem[]> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return err([{ path: [], message: `Expected ${known.map((name) => `"${name}"`).join(', ')}` }])
  }
  const problems: PolicyProblem[] = []
  const fields: Record<string, string> = {}
  for (const [name, value] of Object.entries(data)) {
    if (!known.includes(name)) {
      const meant = nearest(name, known)
      const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`
      problems.push({ path: [name], message: `Unknown key "${name}"`, hint })
    } else if (typeof value !== 'string' || value === '')
      problems.push({ path: [name], message: `"${name}" needs a string` })
    else fields[name] = value
  }
  return problems.length > 0 ? err(problems) : ok(fields)
}

const instantOf = (text: string): number => {
  const isIso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?$/i.test(text)
  return isIso
    ? Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) || text.length === 10 ? text : `${text.replace(' ', 'T')}Z`)
    : Number.NaN
}

function daysIn(text: string): ReadonlySet<number> | undefined {
  if (text.trim() === '*') return new Set(DAYS.keys())
  const days = new Set<number>()
  for (const part of text.toLowerCase().split(',')) {
    const [first, last, ...rest] = part.split('-').map((name) => DAYS.findIndex((day) => name.trim().startsWith(day)))
    if (first === undefined || first < 0 || last === -1 || rest.length > 0) return undefined
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === (last ?? first)) break
    }
  }
  return days
}

function secondsIn(text: string): number | undefined {
  const [, hours, minutes = '0', seconds = '0', half] =
    /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*([ap]m)?$/i.exec(text.trim()) ?? []
  if (hours === undefined || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  if (half === undefined ? Number(hours) > 24 : Number(hours) < 1 || Number(hours) > 12) return undefined
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
  const total = hour * 3600 + Number(minutes) * 60 + Number(seconds)
  return total <= DAY_MS / 1000 ? total : undefined
}

/** Seconds since midnight there. */
function clockIn(timezone: string): ((atMs: number) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    return (atMs) => {
      const [hours = 0, minutes = 0, seconds = 0] = format.format(atMs).split(':').map(Number)
      return hours * 3600 + minutes * 60 + seconds
    }
  } catch {
    return undefined
  }
}
