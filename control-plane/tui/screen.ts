/** The only file that knows terminal control sequences. Output rules: absolute positions, one line at a time, no scrolling. */
import { Buffer } from 'node:buffer'

import type { Line, Style } from './line.ts'
import { printable } from './printable.ts'

const ESC = '\u001b['
/** Alternate screen, cursor hidden, no wrapping at the right edge, pastes marked, mouse buttons reported (SGR). */
export const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l${ESC}?2004h${ESC}?1000h${ESC}?1006h${ESC}2J`
/** Undoes ENTER and any colour, from whatever state: sent on every kind of end. */
export const LEAVE = `${ESC}0m${ESC}?1006l${ESC}?1000l${ESC}?2004l${ESC}?7h${ESC}?25h${ESC}?1049l`

const RESET = `${ESC}0m`

/** OSC 52: puts a text into the clipboard, where the terminal lets programs do that. */
export const copied = (text: string): string => `\u001b]52;c;${Buffer.from(printable(text)).toString('base64')}\u0007`

/** Of the sixteen colours only, so that they are those of the person's own theme. */
const CODES: Readonly<Record<Style, string>> = {
  plain: '0',
  bold: '1',
  faint: '2',
  good: '32',
  warn: '33',
  bad: '31',
  accent: '36',
  title: '1;36',
  selected: '7',
  code: '97;40',
}

/** Nothing that is not ours gets here; if it did, it would still not reach the terminal. */
// oxlint-disable-next-line no-control-regex -- those are meant
const UNWANTED = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

/** Neighbours of one style share their sequence. */
function encode(line: Line, mono: boolean): string {
  const isInert = !UNWANTED.test(line.map(({ text }) => text).join(''))
  let out = ''
  let now: Style = 'plain'
  for (const { text, style } of line) {
    if (!mono && style !== now && text !== '') {
      out += style === 'plain' ? RESET : `${now === 'plain' ? '' : RESET}${ESC}${CODES[style]}m`
      now = style
    }
    out += isInert ? text : printable(text)
  }
  return now === 'plain' ? out : out + RESET
}

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
