import { type Line, type Span, span, type Style } from './line.ts'
import { fit, widthOf } from './printable.ts'

/** One column of a table; which ones are shown depends on the room. */
export interface Column<T> {
  readonly title: string
  /** With less room than this it is left out; it grows up to `max` (default: not at all). */
  readonly min: number
  readonly max?: number
  /** The lowest stay longest. */
  readonly rank: number
  readonly isRight?: true
  readonly text: (item: T, width: number) => string
  readonly style?: (item: T) => Style
}

export interface PlacedColumn<T> extends Column<T> {
  readonly width: number
}

/** Those that fit beside each other, in their own order, as wide as there is room for. */
export function placeColumns<T>(columns: readonly Column<T>[], width: number): readonly PlacedColumn<T>[] {
  let left = width + 1
  const shown = new Set<Column<T>>()
  for (const column of columns.toSorted((a, b) => a.rank - b.rank)) {
    if (shown.size > 0 && column.min + 1 > left) break
    shown.add(column)
    left -= column.min + 1
  }
  const placed = columns.filter((column) => shown.has(column)).map((column) => ({ ...column, width: column.min }))
  while (left > 0) {
    const growing = placed.filter(({ width: now, min, max = min }) => now < max)
    if (growing.length === 0) break
    for (const column of growing) {
      if (left <= 0) break
      column.width += 1
      left -= 1
    }
  }
  return placed
}

function cell(text: string, width: number, isRight: true | undefined): string {
  const own = isRight === true ? widthOf(text) : width
  return own < width ? ' '.repeat(width - own) + text : fit(text, width)
}

export const headOf = <T>(columns: readonly PlacedColumn<T>[]): Line => [
  span(columns.map(({ title, width, isRight }) => cell(title, width, isRight)).join(' '), 'faint'),
]

export function rowOf<T>(columns: readonly PlacedColumn<T>[], item: T): Line {
  const line: Span[] = []
  for (const { text, width, isRight, style } of columns) {
    if (line.length > 0) line.push(GAP)
    line.push(span(cell(text(item, width), width, isRight), style?.(item) ?? 'plain'))
  }
  return line
}

const GAP = span(' ')
