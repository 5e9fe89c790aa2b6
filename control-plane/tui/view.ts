/** Model to lines. Pure; every text that strangers can influence passes `printable`. */
import type { Model } from './model.ts'
import { fit, printable, widthOf } from './printable.ts'
import type { CallStatus, TunnelStatus } from './status.ts'
import { ageOf, callerOf, durationOf, methodOf, refusedHint, subjectOf, timeOf } from './wording.ts'

export type Style = 'plain' | 'bold' | 'faint' | 'good' | 'warn' | 'bad'
export interface Span {
  readonly text: string
  readonly style: Style
}
/** Spans that together are exactly as wide as the screen. */
export type Line = readonly Span[]

const span = (text: string, style: Style = 'plain'): Span => ({ text, style })
const BLANK: Line = [span('')]

/** Cuts and pads a line to the screen. */
function across(columns: number, spans: Line): Line {
  const out: Span[] = []
  let left = columns
  for (const { text, style } of spans) {
    const width = Math.min(left, widthOf(text))
    out.push({ text: fit(text, width), style })
    left -= width
  }
  return [...out, span(' '.repeat(left))]
}

function tunnelLines(tunnel: TunnelStatus, nowMs: number): readonly Line[] {
  const state = !tunnel.live
    ? span(' ○ opening    ', 'faint')
    : tunnel.health === 'refused'
      ? span(' ● no server  ', 'bad')
      : span(' ● live       ', 'good')
  const health = { unknown: 'not tried yet', ok: 'answers', refused: 'nothing listens' }[tunnel.health]
  const detail = `to ${printable(tunnel.target)} on your side, ${health}, connected ${ageOf(nowMs - tunnel.sinceMs)}`
  const lines: Line[] = [
    [state, span(printable(tunnel.url), 'bold')],
    [span('              '), span(detail, 'faint')],
  ]
  if (tunnel.health === 'refused') lines.push([span('              '), span(printable(refusedHint(tunnel)), 'warn')])
  return lines
}

const styleOf = (verdict: string): Style => (verdict === 'allowed' ? 'good' : verdict === 'denied' ? 'bad' : 'warn')

/** Fixed columns first; caller and subject share what is left. */
function columnsOf(columns: number): { readonly caller: number; readonly subject: number } {
  const left = Math.max(8, columns - 10 - 16 - 15 - 9)
  const caller = Math.floor(left / 2)
  return { caller, subject: left - caller }
}

function callRow(call: CallStatus, columns: number): Line {
  const { caller, subject } = columnsOf(columns)
  return [
    span(fit(` ${timeOf(call.atMs)}`, 10), 'faint'),
    span(`${fit(callerOf(call), caller - 1)} `),
    span(`${fit(methodOf(call), 15)} `),
    span(`${fit(subjectOf(call), subject - 1)} `, 'bold'),
    span(`${fit(call.verdict, 14)} `, styleOf(call.verdict)),
    span(durationOf(call.durationMs).padStart(8), 'faint'),
  ]
}

function callHead(columns: number): Line {
  const { caller, subject } = columnsOf(columns)
  const head = [fit(' UTC', 10), fit('caller', caller), fit('method', 16), fit('tool', subject), fit('verdict', 15)]
  return [span(`${head.join('')}    time`, 'faint')]
}

/** Exactly `size.rows` lines. When there is little room the calls give way first. */
export function view(model: Model): readonly Line[] {
  const { columns, rows } = model.size
  const title = ` ${model.title}`
  const person = `${printable(model.person)} `
  const gap = Math.max(1, columns - widthOf(title) - widthOf(person))
  const top: Line[] = [
    [span(title, 'bold'), span(' '.repeat(gap)), span(person, 'faint')],
    BLANK,
    ...model.tunnels.flatMap((tunnel) => tunnelLines(tunnel, model.nowMs)),
    BLANK,
  ]
  if (model.notice !== undefined) top.push([span(` ${printable(model.notice)}`, 'warn')], BLANK)
  const room = Math.max(0, rows - 1 - top.length)
  const calls =
    model.calls.length === 0
      ? [[span(' No calls yet. Add the URL to your MCP client.', 'faint')]]
      : [callHead(columns), ...model.calls.map((call) => callRow(call, columns))]
  const body = [...top, ...calls.slice(0, room)].slice(0, Math.max(0, rows - 1))
  const filler = Array.from({ length: Math.max(0, rows - 1 - body.length) }, () => BLANK)
  return [...body, ...filler, [span(' q quits and closes the tunnel', 'faint')]].map((line) => across(columns, line))
}
