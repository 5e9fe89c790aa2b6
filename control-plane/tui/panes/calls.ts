import { BLANK, type Line, span, type Style, windowStart } from '../line.ts'
import type { Model } from '../model.ts'
import { printable } from '../printable.ts'
import { cursorOf, needsGuide, shownCalls } from '../shown.ts'
import type { CallStatus } from '../status.ts'
import { type Column, headOf, placeColumns, rowOf } from '../table.ts'
import { ageOf, callerOf, durationOf, isOpen, sizeOf, subjectOf, timeOf, whatOf } from '../wording.ts'
import { guideLines } from './guide.ts'
import { GUTTER, markable, type PaneView, type Room } from './pane.ts'

const VERDICT_STYLES: Readonly<Record<string, Style>> = { allowed: 'good', answered: 'good', denied: 'bad' }
export const verdictStyle = ({ verdict }: CallStatus): Style => VERDICT_STYLES[verdict] ?? 'warn'

const statusStyle = ({ httpStatus = 0 }: CallStatus): Style =>
  httpStatus >= 500 ? 'bad' : httpStatus >= 400 ? 'warn' : 'plain'

/** A call that goes on counts up, and a stream may do so for hours. */
export const elapsedOf = (call: CallStatus, nowMs: number): string =>
  isOpen(call) ? ageOf(nowMs - call.atMs) : durationOf(call.durationMs)

/** Where there is little room, the tool says more than the method. */
const BRIEF_COLUMNS = 26
const briefly = (call: CallStatus, width: number): string =>
  width < BRIEF_COLUMNS && call.subject !== undefined ? subjectOf(call) : whatOf(call)

/** The file alone: its line matters more than its folder. */
const ruleOf = ({ rule = '' }: CallStatus): string => printable(rule)

const columnsAt = (nowMs: number): readonly Column<CallStatus>[] => [
  { title: 'UTC', min: 8, rank: 0, text: (call) => timeOf(call.atMs), style: () => 'faint' },
  { title: 'client', min: 14, max: 26, rank: 6, text: (call) => printable(call.client ?? '') },
  { title: 'user', min: 12, max: 34, rank: 3, text: callerOf },
  { title: 'call', min: 12, max: 48, rank: 1, text: briefly, style: () => 'bold' },
  { title: 'verdict', min: 13, rank: 2, text: (call) => call.verdict, style: verdictStyle },
  { title: 'rule', min: 14, max: 36, rank: 8, text: ruleOf, style: () => 'faint' },
  {
    title: 'http',
    min: 4,
    rank: 5,
    isRight: true,
    text: (call) => (isOpen(call) ? 'open' : String(call.httpStatus ?? '')),
    style: (call) => (isOpen(call) ? 'accent' : statusStyle(call)),
  },
  {
    title: 'time',
    min: 8,
    rank: 4,
    isRight: true,
    text: (call) => elapsedOf(call, nowMs),
    style: (call) => (isOpen(call) ? 'accent' : 'faint'),
  },
  { title: 'bytes', min: 7, rank: 7, isRight: true, text: (call) => sizeOf(call.bytes), style: () => 'faint' },
]

/** Rows that the guide leaves to calls, where there are some. */
const ROWS_BESIDE_GUIDE = 4

export function callsPane(model: Model, room: Room): PaneView {
  const calls = shownCalls(model)
  const guide = needsGuide(model) ? guideLines(model, room.columns) : []
  const besides = calls.length === 0 ? 0 : Math.min(calls.length + 2, ROWS_BESIDE_GUIDE)
  const shownGuide = guide.slice(0, Math.max(1, room.rows - besides))
  const lines: Line[] = [...shownGuide]
  const items: (number | undefined)[] = shownGuide.map(() => undefined)
  const add = (line: Line, item?: number): void => {
    lines.push(line)
    items.push(item)
  }
  if (guide.length > 0 && calls.length > 0) add(BLANK)
  if (calls.length > 0) {
    const columns = placeColumns(columnsAt(model.nowMs), room.columns - GUTTER)
    add([span('  '), ...headOf(columns)])
    const cursor = cursorOf(model, 'calls')
    const rows = Math.max(0, room.rows - lines.length)
    const start = windowStart(calls.length, cursor, rows)
    calls.slice(start, start + rows).forEach((call, at) => {
      const isMarked = model.focus === 'calls' && start + at === cursor
      add(markable(rowOf(columns, call), isMarked), start + at)
    })
  } else if (guide.length === 0) {
    add([span(model.filter === '' ? '  No calls yet' : '  No call matches the filter', 'faint')])
  }
  return { title: 'Calls', note: noteOf(model, calls.length), lines, items }
}

function noteOf({ paused, calls, filter, isTyping }: Model, count: number): string {
  const newest = paused?.[0]
  const missed =
    newest === undefined ? calls.length : calls.findIndex(({ requestId }) => requestId === newest.requestId)
  return [
    ...(filter === '' || isTyping ? [] : [`/${printable(filter)} ${count} of ${(paused ?? calls).length}`]),
    ...(paused === undefined ? [] : [`paused, ${missed < 0 ? 'many' : missed} new`]),
  ].join(' · ')
}
