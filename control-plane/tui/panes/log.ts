import { span, windowStart } from '../line.ts'
import type { Model } from '../model.ts'
import { fit } from '../printable.ts'
import { cursorOf } from '../shown.ts'
import { timeOf } from '../wording.ts'
import { GUTTER, markable, type PaneView, type Room } from './pane.ts'

const TIME_COLUMNS = 10

/** Newest first, a line each. */
export function logPane(model: Model, room: Room): PaneView {
  const cursor = cursorOf(model, 'log')
  const start = windowStart(model.log.length, cursor, room.rows)
  const shown = model.log.slice(start, start + room.rows)
  return {
    title: 'Log',
    lines: shown.map(({ atMs, text, tone }, at) => {
      const line = [span(`${timeOf(atMs)}  `, 'faint'), span(fit(text, room.columns - GUTTER - TIME_COLUMNS), tone)]
      return markable(line, model.focus === 'log' && start + at === cursor)
    }),
    items: shown.map((_entry, at) => start + at),
  }
}
