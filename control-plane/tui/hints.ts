import type { Line } from './line.ts'
import { span } from './line.ts'
import type { Model } from './model.ts'
import { printable, widthOf } from './printable.ts'

/** Key and what it does, the most needed first: those that do not fit are left out. */
type Hint = readonly [string, string]

/** The last line of every screen. */
export function hintLine(model: Model, columns: number): Line {
  if (model.isTyping) {
    return [
      span(' Filter: ', 'accent'),
      span(`${printable(model.filter)}▏`, 'bold'),
      span('  enter keep · esc drop', 'faint'),
    ]
  }
  const line: Line[] = []
  let left = columns - 1
  for (const [key, text] of hintsOf(model)) {
    const width = widthOf(key) + widthOf(text) + 1 + (line.length === 0 ? 0 : 3)
    if (width > left) break
    left -= width
    line.push([...(line.length === 0 ? [] : [span(' · ', 'faint')]), span(key, 'accent'), span(` ${text}`, 'faint')])
  }
  return [span(' '), ...line.flat()]
}

function hintsOf(model: Model): readonly Hint[] {
  const { overlay, focus, paused, filter } = model
  if (overlay !== undefined) {
    return [
      ['esc', 'back'],
      ...(overlay.kind === 'qr' ? [] : [['↑↓', 'scroll'] as const]),
      ['c', 'copy URL'],
      ['q', 'quit'],
    ]
  }
  const back: readonly Hint[] = filter === '' ? [] : [['esc', 'all calls']]
  return [
    ['q', 'quit'],
    ['?', 'help'],
    ...back,
    ...(focus === 'calls' ? ([['enter', model.calls.length === 0 ? 'steps' : 'details']] as const) : []),
    ['tab', 'pane'],
    ['c', 'copy URL'],
    ['o', 'QR'],
    ['/', 'filter'],
    ['p', paused === undefined ? 'pause' : 'go on'],
    ['1-4', 'show'],
    ['h', 'hide'],
  ]
}
