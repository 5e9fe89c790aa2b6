import { across, type Line, span, tall } from './line.ts'
import { fit, widthOf } from './printable.ts'

/** Where something is on the screen, in cells from its upper left corner. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly columns: number
  readonly rows: number
}

/** Lines below a title: in a frame, or below a rule where frames would take too much room. */
export interface Box {
  readonly title: string
  readonly note?: string
  readonly isFocused: boolean
  readonly isFramed: boolean
}

/** Cells of a box that its content cannot use. */
export const frameOf = (isFramed: boolean): { readonly columns: number; readonly rows: number } =>
  isFramed ? { columns: 4, rows: 2 } : { columns: 0, rows: 1 }

/** Exactly as large as `size`. */
export function drawBox(box: Box, size: Pick<Rect, 'columns' | 'rows'>, content: readonly Line[]): readonly Line[] {
  const { columns } = size
  const edge = box.isFocused ? 'accent' : 'faint'
  const taken = frameOf(box.isFramed)
  const inside = tall(Math.max(0, size.rows - taken.rows), content)
  const rule = (corner: readonly [string, string]): Line => {
    const text = fit(box.title, Math.min(widthOf(box.title), Math.max(0, columns - 6)))
    const room = columns - widthOf(text) - 7
    const note = !box.note || widthOf(box.note) > room ? '' : ` ${box.note} `
    const gap = columns - widthOf(text) - widthOf(note) - 6
    return [
      span(`${corner[0]}─ `, edge),
      span(text, box.isFocused ? 'title' : 'bold'),
      span(` ${'─'.repeat(Math.max(0, gap))}`, edge),
      span(note, 'faint'),
      span(`─${corner[1]}`, edge),
    ]
  }
  if (!box.isFramed) {
    return [across(columns, rule(['─', '─'])), ...inside.map((line) => across(columns, line))].slice(0, size.rows)
  }
  const side = span('│', edge)
  const bottom = across(columns, [span(`╰${'─'.repeat(Math.max(0, columns - 2))}╯`, edge)])
  const body = inside.map((line) => [side, span(' '), ...across(columns - 4, line), span(' '), side])
  return [across(columns, rule(['╭', '╮'])), ...body, bottom].slice(0, size.rows)
}
