import { type Line, paragraph, type Span, span } from '../line.ts'
import type { Model } from '../model.ts'
import { printable, widthOf } from '../printable.ts'
import { cursorOf } from '../shown.ts'
import type { TunnelStatus } from '../status.ts'
import { ageOf, problemOf, targetOf } from '../wording.ts'
import { GUTTER, markable, type PaneView, type Room } from './pane.ts'

/** Room for the state of a tunnel before its URL. */
const INDENT = 14

const HEALTH: Readonly<Record<TunnelStatus['health'], string>> = {
  unknown: 'not tried yet',
  ok: 'answers',
  refused: 'no answer',
  not_mcp: 'is no MCP server',
  wrong_path: 'serves another path',
}

export function stateOf(tunnel: TunnelStatus): Span {
  if (!tunnel.live) return span('○ opening', 'faint')
  if (tunnel.health === 'refused') return span('● no server', 'bad')
  if (tunnel.health === 'not_mcp') return span('● no MCP', 'bad')
  if (tunnel.health === 'wrong_path') return span('● wrong path', 'warn')
  return span('● live', 'good')
}

/** Beside the state where the URL fits there, else below it: a URL is never cut, because people copy it. */
function tunnelLines(tunnel: TunnelStatus, nowMs: number, columns: number): readonly Line[] {
  const state = stateOf(tunnel)
  const url = printable(tunnel.url)
  const isBeside = INDENT + widthOf(url) <= columns
  const indent = isBeside ? INDENT : 0
  const below = (text: string, style: Span['style']): readonly Line[] =>
    paragraph(text, columns - indent, { style }).map((line) => [span(' '.repeat(indent)), ...line])
  const side = tunnel.mode === 'static' ? '' : ' on your side'
  const several = tunnel.connectors > 1 ? ` · ${tunnel.connectors} connections` : ''
  const detail = `to ${targetOf(tunnel)}${side} · ${HEALTH[tunnel.health]}${several} · ${ageOf(nowMs - tunnel.sinceMs)}`
  const problem = problemOf(tunnel)
  return [
    ...(isBeside
      ? [[state, span(' '.repeat(INDENT - widthOf(state.text))), span(url, 'bold')]]
      : [[state], ...below(url, 'bold')]),
    ...below(detail, 'faint'),
    ...(problem === undefined ? [] : [...below(problem.what, 'bad'), ...below(problem.hint, 'warn')]),
  ]
}

export function tunnelsPane(model: Model, room: Room): PaneView {
  const lines: Line[] = []
  const items: (number | undefined)[] = []
  const cursor = cursorOf(model, 'tunnels')
  const several = model.tunnels.length > 1
  model.tunnels.forEach((tunnel, index) => {
    const isMarked = several && model.focus === 'tunnels' && index === cursor
    tunnelLines(tunnel, model.nowMs, room.columns - GUTTER).forEach((line, at) => {
      lines.push(at === 0 ? markable(line, isMarked) : [span('  '), ...line])
      items.push(index)
    })
  })
  if (lines.length === 0) lines.push([span('  Nothing is forwarded any more', 'warn')])
  // The one that the keys are about is on view.
  const first = items.indexOf(cursor)
  const last = items.lastIndexOf(cursor)
  const start = last < room.rows ? 0 : Math.min(first, Math.max(0, lines.length - room.rows))
  return { title: 'Tunnels', lines: lines.slice(start), items: items.slice(start) }
}

/** The URLs alone, where there is room for nothing else of a tunnel. */
export const shortTunnels = (model: Model, columns: number): readonly Line[] =>
  model.tunnels.flatMap((tunnel) => {
    const state = stateOf(tunnel)
    const url = printable(tunnel.url)
    const problem = problemOf(tunnel)
    const dot = span(`${state.text.slice(0, 1)} `, state.style)
    const isShort = widthOf(url) + 3 <= columns
    const lines: Line[] = isShort
      ? [[span(' '), dot, span(url, 'bold')]]
      : paragraph(url, columns - 2, { style: 'bold' }).map((line, at) => [at === 0 ? dot : span('  '), ...line])
    return problem === undefined ? lines : [...lines, [span(`  ${problem.what}`, 'bad')]]
  })
