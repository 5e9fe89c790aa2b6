import { GUIDES } from '../guides.ts'
import { type Line, paragraph, span } from '../line.ts'
import type { Model } from '../model.ts'
import { printable } from '../printable.ts'

const INDENT = 5

/** The next steps with one client, with the real URL in them. Nothing of a command is cut. */
export function guideLines(model: Model, columns: number): readonly Line[] {
  const guide = GUIDES[model.guide]
  const tunnel = model.tunnels.find(({ live }) => live)
  if (guide === undefined || tunnel === undefined) return []
  const steps = guide.make(printable(tunnel.url), printable(tunnel.route))
  const head: Line = [
    span('  Next steps with '),
    span('‹ ', 'accent'),
    span(guide.client, 'title'),
    span(' ›', 'accent'),
    span('  ←→ other clients', 'faint'),
  ]
  const lines = steps.flatMap(({ text, code }, index) => [
    ...paragraph(text, columns - INDENT).map((line, at) => [
      span((at === 0 ? `  ${index + 1}. ` : '').padEnd(INDENT), 'faint'),
      ...line,
    ]),
    ...(code === undefined
      ? []
      : paragraph(code, columns - INDENT, { style: 'accent' }).map((line) => [span(' '.repeat(INDENT)), ...line])),
  ])
  return [head, ...lines]
}
