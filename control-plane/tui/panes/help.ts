import { type Line, paragraph, span } from '../line.ts'

const KEYS: readonly (readonly [string, string])[] = [
  ['tab  1 2 3 4', 'the next pane, or one of Tunnels, Calls, Connections, Log'],
  ['↑↓ j k', 'up and down; page keys and space for more, g and G for both ends'],
  ['enter', 'everything about the selected call; the QR code of a tunnel'],
  ['esc', 'back'],
  ['/', 'filter the calls: words that all have to match'],
  ['p', 'pause the calls, or go on'],
  ['c', 'copy the URL of the selected tunnel'],
  ['o', 'its QR code'],
  ['← → n', 'next steps for another client'],
  ['h', 'hide the pane; its number shows it again'],
  ['a A d', 'allow, allow for an hour or deny what waits'],
  ['mouse', 'click and wheel; hold shift to select text'],
  ['q  ctrl-c', 'quit: the tunnel closes'],
]

const LABEL = 14

export const helpLines = (columns: number): readonly Line[] =>
  KEYS.flatMap(([key, text]) =>
    paragraph(text, columns - LABEL).map((line, at) => [span((at === 0 ? key : '').padEnd(LABEL), 'accent'), ...line]),
  )
