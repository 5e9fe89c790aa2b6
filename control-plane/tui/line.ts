/** What a screen is made of: spans of one style each, in lines as wide as the place they are for. */
import { fit, widthOf, wrap } from './printable.ts'

/** Of the sixteen colours that every terminal has; `screen.ts` knows their codes. */
export type Style = 'plain' | 'bold' | 'faint' | 'good' | 'warn' | 'bad' | 'accent' | 'title' | 'selected' | 'code'
export interface Span {
  readonly text: string
  readonly style: Style
}
export type Line = readonly Span[]

export const span = (text: string, style: Style = 'plain'): Span => ({ text, style })
export const BLANK: Line = []

/** Cuts and pads a line to exactly `columns`. */
export function across(columns: number, line: Line): Line {
  const out: Span[] = []
  let left = columns
  for (const one of line) {
    if (left === 0) break
    const width = widthOf(one.text)
    out.push(width <= left ? one : span(fit(one.text, left), one.style))
    left -= Math.min(left, width)
  }
  if (left > 0) out.push(span(' '.repeat(left)))
  return out
}

/** Words in lines of at most `columns`, those after the first indented; nothing is left out. */
export function paragraph(text: string, columns: number, options: { style?: Style; indent?: number } = {}): Line[] {
  const { style = 'plain', indent = 0 } = options
  const lines = wrap(text, Math.max(1, columns - indent))
  return lines.map((line, index) => [span(index === 0 ? '' : ' '.repeat(indent)), span(line, style)])
}

/** One text left and one right, with what is between them. */
export function apart(columns: number, left: Line, right: Line): Line {
  const used = [...left, ...right].reduce((sum, { text }) => sum + widthOf(text), 0)
  return [...left, span(' '.repeat(Math.max(1, columns - used))), ...right]
}

/** Exactly `rows` lines. */
export const tall = (rows: number, lines: readonly Line[]): readonly Line[] => [
  ...lines.slice(0, rows),
  ...Array.from({ length: Math.max(0, rows - lines.length) }, () => BLANK),
]

/** The first of `rows` items to be shown, so that the one at `at` is among them. */
export const windowStart = (count: number, at: number, rows: number): number =>
  Math.max(0, Math.min(at - Math.floor(rows / 2), count - rows))
