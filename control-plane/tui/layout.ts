import { frameOf } from './box.ts'
import type { Model, Pane } from './model.ts'
import { PANES } from './model.ts'

/** Panes side by side, all as tall as the band. */
export interface Band {
  readonly rows: number
  readonly panes: readonly { readonly pane: Pane; readonly columns: number }[]
}

export interface Layout {
  readonly bands: readonly Band[]
  readonly isFramed: boolean
}

/** Below these there is one pane at a time, no frames, nothing side by side. */
const MANY_ROWS = 13
const FRAME = { columns: 60, rows: 16 }
const WIDE = { columns: 120, rows: 20 }
/** From here on the panes beside Tunnels and Calls have room, too. */
const THREE_ROWS = 20
const FOUR_ROWS = 34

/** `tunnelLines` is how many the Tunnels pane would like. */
export function layoutOf(model: Model, room: { columns: number; rows: number }, tunnelLines: number): Layout {
  const { columns, rows } = room
  const isFramed = columns >= FRAME.columns && rows >= FRAME.rows
  const isWide = columns >= WIDE.columns && rows >= WIDE.rows
  const shown = shownPanes(model, rows, isWide)
  const frame = frameOf(isFramed).rows
  const isSide = (pane: Pane): boolean => pane === 'connections' || pane === 'log'
  const side = shown.filter(isSide)
  const bandPanes: readonly (readonly Pane[])[] = [
    ...shown.filter((pane) => !isSide(pane)).map((pane) => [pane]),
    ...(isWide && side.length > 0 ? [side] : side.map((pane) => [pane])),
  ]
  const growing = shown.includes('calls') ? 'calls' : shown.at(-1)
  const wants = (pane: Pane): number => {
    if (pane === 'tunnels') return Math.min(tunnelLines + frame, Math.max(3, Math.floor(rows * 0.4)))
    const items = pane === 'log' ? Math.max(3, model.log.length) : Math.max(2, model.channels.length + 1)
    return Math.min(items + frame, Math.max(frame + 3, Math.floor(rows * 0.25)))
  }
  const fixed = bandPanes.map((panes) => (panes.some((pane) => pane === growing) ? 0 : Math.max(...panes.map(wants))))
  const rest = Math.max(0, rows - fixed.reduce((sum, one) => sum + one, 0))
  return {
    isFramed,
    bands: bandPanes.map((panes, index) => ({
      rows: fixed[index] || rest,
      panes: panes.map((pane, at) => ({
        pane,
        columns: Math.floor((columns * (at + 1)) / panes.length) - Math.floor((columns * at) / panes.length),
      })),
    })),
  }
}

function shownPanes(model: Model, rows: number, isWide: boolean): readonly Pane[] {
  const { focus } = model
  const wanted = PANES.filter((pane) => pane === focus || !model.hidden.has(pane))
  if (rows < MANY_ROWS) return [focus]
  const isSide = focus === 'connections' || focus === 'log'
  if (rows < THREE_ROWS)
    return wanted.filter((pane) => pane === 'tunnels' || pane === (focus === 'tunnels' ? 'calls' : focus))
  if (rows >= FOUR_ROWS || isWide) return wanted
  return wanted.filter((pane) => pane === 'tunnels' || pane === 'calls' || pane === (isSide ? focus : 'log'))
}
