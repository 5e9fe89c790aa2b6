/* oxlint-disable no-control-regex -- control characters are what is looked for here */
import { eastAsianWidth } from 'get-east-asian-width'

import { UNSEEN } from '../kernel/visible-text.ts'

/** CSI, OSC, DCS and friends as a whole, so that their parameters do not stay behind as text. */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]P_^X]|[\u009d\u0090\u009e\u009f\u0098])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b./gs

/** Most texts, and nothing to do for them. */
const ASCII = /^[ -~]*$/

/** More marks on one letter than any language has would be drawn over the lines above and below. */
const MARKS = /(\p{M}{4})\p{M}+/gu

/** One line of text that can neither move the cursor nor hide: for everything that strangers can influence. */
export const printable = (text: string): string =>
  ASCII.test(text) ? text : text.replace(SEQUENCES, '').replace(UNSEEN, '').replace(MARKS, '$1')

const MARK = /^\p{M}$/u

/** What frames are made of, too: one column each. */
const NARROW = /^[ -~─-╿·…●○▸▶‹›←↑→↓]*$/

/** Columns that a terminal uses for printable text. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    if (point < 0x300) width += 1
    else if (!MARK.test(character)) width += eastAsianWidth(point)
  }
  return width
}

/** Exactly `columns` wide: padded, or cut with an ellipsis. */
export function fit(text: string, columns: number): string {
  const width = widthOf(text)
  if (width === columns) return text
  if (width < columns) return text + ' '.repeat(columns - width)
  if (columns > 0 && width === text.length && ASCII.test(text)) return `${text.slice(0, columns - 1)}…`
  let kept = ''
  let used = 0
  for (const character of text) {
    const wide = widthOf(character)
    if (used + wide > columns - 1) break
    kept += character
    used += wide
  }
  return columns < 1 ? '' : `${kept}…${' '.repeat(columns - 1 - used)}`
}

/** Words in lines of at most `columns`; a longer word (a URL) goes on in the next line, and nothing is left out. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? '' : ' '
    for (const character of word) {
      if (line !== '' && widthOf(line) + widthOf(character) > columns) {
        lines.push(line)
        line = ''
      }
      line += character
    }
  }
  return [...lines, line]
}
