import { type Line, span, type Span } from '../line.ts'

/** What one pane shows in the room that it has. */
export interface PaneView {
  readonly title: string
  /** Beside the title, where there is room. */
  readonly note?: string
  readonly lines: readonly Line[]
  /** Which item each line is of, for the mouse. */
  readonly items: readonly (number | undefined)[]
}

export interface Room {
  readonly columns: number
  readonly rows: number
}

/** Room for the mark before a line. */
export const GUTTER = 2

/** Marked, so that it is seen without colours too. */
export function markable(line: Line, isMarked: boolean): Line {
  const mark: Span = span(isMarked ? '▸ ' : '  ', 'accent')
  return isMarked ? [mark, ...line.map(({ text }) => span(text, 'selected'))] : [mark, ...line]
}
