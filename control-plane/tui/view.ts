/** Model to lines. Pure; every text that strangers can influence passes `printable`. */
import type { Model } from './model.ts'
import { reviewView } from './review-view.ts'
import { fit, printable, widthOf, wrap } from './printable.ts'
import type { CallStatus, TunnelStatus } from './status.ts'
import { ageOf, callerOf, durationOf, methodOf, refusedHint, subjectOf, targetOf, timeOf } from './wording.ts'

export type Style = 'plain' | 'bold' | 'faint' | 'good' | 'warn' | 'bad'
export interface Span {
  readonly text: string
  readonly style: Style
}
/** Spans that together are exactly as wide as the screen. */
export type Line = readonly Span[]

const span = (text: string, style: Style = 'plain'): Span => ({ text, style })
const BLANK: Line = [span('')]
/** Room for the state of a tunnel before its URL. */
const INDENT = 14
/** Below this many columns there is no room for caller, method and duration. */
const NARROW = 66

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

/** Beside the state where the URL fits there, else below it: a URL is never cut, because people copy it. */
function tunnelLines(tunnel: TunnelStatus, nowMs: number, columns: number): readonly Line[] {
  const state = !tunnel.live
    ? span(' ○ opening', 'faint')
    : tunnel.health === 'refused'
      ? span(' ● no server', 'bad')
      : span(' ● live', 'good')
  const health = {
    unknown: 'not tried yet',
    ok: 'answers',
    refused: 'nothing listens',
    not_mcp: 'answers, but not as an MCP server',
    wrong_path: 'an MCP server, but not at /mcp',
  }[tunnel.health]
  const side = tunnel.mode === 'static' ? '' : ' on your side'
  const detail = `to ${targetOf(tunnel)}${side}, ${health}, connected ${ageOf(nowMs - tunnel.sinceMs)}`
  const url = printable(tunnel.url)
  const beside = INDENT + widthOf(url) <= columns
  const indent = beside ? INDENT : 1
  const paragraph = (text: string, style: Style): readonly Line[] =>
    wrap(text, columns - indent).map((line) => [span(' '.repeat(indent)), span(line, style)])
  const gap = span(' '.repeat(INDENT - widthOf(state.text)))
  return [
    ...(beside ? [[state, gap, span(url, 'bold')]] : [[state], ...paragraph(url, 'bold')]),
    ...paragraph(detail, 'faint'),
    ...(tunnel.health === 'refused' ? paragraph(refusedHint(tunnel), 'warn') : []),
  ]
}

const verdictStyle = ({ verdict }: CallStatus): Style =>
  verdict === 'allowed' ? 'good' : verdict === 'denied' ? 'bad' : 'warn'

interface Column {
  readonly title: string
  readonly width: number
  readonly text: (call: CallStatus) => string
  readonly style: (call: CallStatus) => Style
}

/** Fixed columns first; caller and tool share what is left. A narrow screen shows when, what and with which verdict. */
function callColumns(columns: number): readonly Column[] {
  const plain = (): Style => 'plain'
  const faint = (): Style => 'faint'
  const bold = (): Style => 'bold'
  const time: Column = { title: ' UTC', width: 10, text: (call) => ` ${timeOf(call.atMs)}`, style: faint }
  const verdict = { title: 'verdict', width: 15, text: (call: CallStatus) => call.verdict, style: verdictStyle }
  if (columns < NARROW) {
    const what = (call: CallStatus): string => subjectOf(call) || methodOf(call)
    return [time, { title: 'call', width: Math.max(2, columns - 25), text: what, style: bold }, verdict]
  }
  const left = columns - 10 - 16 - 15 - 9
  const caller = Math.floor(left / 2)
  return [
    time,
    { title: 'caller', width: caller, text: callerOf, style: plain },
    { title: 'method', width: 16, text: methodOf, style: plain },
    { title: 'tool', width: left - caller, text: subjectOf, style: bold },
    verdict,
    { title: '    time', width: 9, text: (call) => durationOf(call.durationMs).padStart(8), style: faint },
  ]
}

const cell = (text: string, width: number): string => `${fit(text, width - 1)} `

const callRow = (call: CallStatus, columns: number): Line =>
  callColumns(columns).map(({ text, width, style }) => span(cell(text(call), width), style(call)))

const callHead = (columns: number): Line =>
  callColumns(columns).map(({ title, width }) => span(cell(title, width), 'faint'))

/** Exactly `size.rows` lines. When there is little room the calls give way first. */
export function view(model: Model): readonly Line[] {
  const { columns, rows } = model.size
  const title = ` ${model.title}`
  const person = `${printable(model.person)} `
  const gap = Math.max(1, columns - widthOf(title) - widthOf(person))
  const top: Line[] = [
    [span(title, 'bold'), span(' '.repeat(gap)), span(person, 'faint')],
    BLANK,
    // First, because somebody waits.
    ...reviewView(model).lines,
    ...model.tunnels.flatMap((tunnel) => tunnelLines(tunnel, model.nowMs, columns)),
    BLANK,
  ]
  const sentence = (text: string, style: Style): readonly Line[] =>
    wrap(text, columns - 1).map((line) => [span(` ${line}`, style)])
  if (model.notice !== undefined) top.push(...sentence(printable(model.notice), 'warn'), BLANK)
  const room = Math.max(0, rows - 1 - top.length)
  const calls =
    model.calls.length === 0
      ? sentence('No calls yet. Add the URL to your MCP client.', 'faint')
      : [callHead(columns), ...model.calls.map((call) => callRow(call, columns))]
  const body = [...top, ...calls.slice(0, room)].slice(0, Math.max(0, rows - 1))
  const filler = Array.from({ length: Math.max(0, rows - 1 - body.length) }, () => BLANK)
  return [...body, ...filler, [span(' q quits and closes the tunnel', 'faint')]].map((line) => across(columns, line))
}
