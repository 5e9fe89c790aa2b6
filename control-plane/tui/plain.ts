/** Status without a terminal: one line per fact, no control characters. */
import { printable } from './printable.ts'
import type { ReviewStatus } from './review.ts'
import type { CallStatus, StatusMessage, TunnelStatus } from './status.ts'
import { callerOf, durationOf, methodOf, problemOf, subjectOf, targetOf, timeOf } from './wording.ts'

/** More than a person reads; a busy tunnel must not spend its connection on talking about itself. */
const MAX_CALLS_PER_SECOND = 20

/** Turns messages into lines; remembers what it said, so that it says only what is new. */
export function plainLines(): (message: StatusMessage) => readonly string[] {
  const said = new Map<string, TunnelStatus>()
  const callLines = limitedCallLines()
  return (message) => {
    switch (message.kind) {
      case 'tunnel': {
        const before = said.get(message.tunnel.route)
        if (!message.tunnel.live) return []
        said.set(message.tunnel.route, message.tunnel)
        return tunnelLines(before, message.tunnel)
      }
      case 'ended':
      case 'smudged':
      case 'log':
      case 'reviewed':
        return []
      case 'review':
        return reviewLine(message.review)
      case 'gone':
        said.delete(message.route)
        return []
      case 'notice':
        return [printable(message.text)]
      case 'call':
        return callLines(message.call)
    }
  }
}

/** Without a screen there are no keys: a program that reads these lines must not be able to decide. */
const reviewLine = ({ kind, title }: ReviewStatus): readonly string[] => [
  `${title}. ${kind === 'call' ? 'It waits' : 'It is hidden'} until you allow it on the page /reviews of the gateway`,
]

function tunnelLines(before: TunnelStatus | undefined, now: TunnelStatus): readonly string[] {
  const lines: string[] = []
  if (before?.url !== now.url || before.target !== now.target) lines.push(`${now.url} -> ${targetOf(now)}`)
  const problem = problemOf(now)
  if (problem !== undefined && before?.health !== now.health) lines.push(`${problem.what}. ${problem.hint}`)
  if (now.health === 'ok' && before !== undefined && problemOf(before) !== undefined)
    lines.push(`${targetOf(now)} answers now`)
  return lines
}

/** The first calls of each second; how many were left out is said with the next one. */
function limitedCallLines(): (call: CallStatus) => readonly string[] {
  let second = 0
  let shown = 0
  let leftOut = 0
  return (call) => {
    const now = Math.floor(call.atMs / 1000)
    if (now !== second) {
      second = now
      shown = 0
    }
    shown += 1
    if (shown > MAX_CALLS_PER_SECOND) {
      leftOut += 1
      return []
    }
    const gap = leftOut === 0 ? [] : [`… and ${leftOut} more`]
    leftOut = 0
    return [...gap, callLine(call)]
  }
}

export const callLine = (call: CallStatus): string =>
  [timeOf(call.atMs), callerOf(call), methodOf(call), subjectOf(call), call.verdict, durationOf(call.durationMs)]
    .filter((part) => part !== '')
    .join('  ')
