/** The only file that knows terminal control sequences. Output rules: absolute positions, one line at a time, no scrolling. */
import type { Line, Style } from './view.ts'

const ESC = '\u001b['
/** Alternate screen, cursor hidden, no wrapping at the right edge. */
export const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l${ESC}2J`
/** Undoes ENTER and any colour, from whatever state: sent on every kind of end. */
export const LEAVE = `${ESC}0m${ESC}?7h${ESC}?25h${ESC}?1049l`

const CODES: Readonly<Record<Style, string>> = { plain: '0', bold: '1', faint: '2', good: '32', warn: '33', bad: '31' }

const encode = (line: Line, mono: boolean): string =>
  mono
    ? line.map((span) => span.text).join('')
    : line
        .map((span) => (span.style === 'plain' ? span.text : `${ESC}${CODES[span.style]}m${span.text}${ESC}0m`))
        .join('')

/** Remembers what the terminal shows and sends only the lines that differ. */
export class Screen {
  readonly #mono: boolean
  #shown: readonly string[] = []

  constructor(options: { readonly mono: boolean }) {
    this.#mono = options.mono
  }

  /** The whole frame will be sent again: after a resize, or when output was dropped. */
  forget(): void {
    this.#shown = []
  }

  /** Empty when nothing changed. */
  draw(lines: readonly Line[]): string {
    const next = lines.map((line) => encode(line, this.#mono))
    const fresh = this.#shown.length === 0 ? `${ESC}2J` : ''
    const changed = next.map((text, row) => (text === this.#shown[row] ? '' : `${ESC}${row + 1};1H${text}`)).join('')
    this.#shown = next
    return changed === '' ? '' : fresh + changed
  }
}
