/** The status screen's state and how it changes. No terminal, no clock: both come in with the messages. */
import { type LogEntry, logEntryOf } from './log.ts'
import { printable } from './printable.ts'
import type { ReviewStatus } from './review.ts'
import type { CallStatus, ChannelStatus, StatusMessage, TunnelStatus } from './status.ts'

/** More than any screen shows, and what a person scrolls through. */
const MAX_CALLS = 200
/** Only so many of the newest keep what is shown of one call alone, and only so many characters of arguments. */
const MAX_DETAILS = 40
const MAX_ARGUMENT_TEXT = 32_768
const MAX_LOG = 100

export interface Size {
  readonly columns: number
  readonly rows: number
}

export const PANES = ['tunnels', 'calls', 'connections', 'log'] as const
export type Pane = (typeof PANES)[number]

/** What covers the panes. `scroll` is in lines. */
export type Overlay =
  | { readonly kind: 'call'; readonly requestId: string; readonly scroll: number }
  | { readonly kind: 'qr' }
  | { readonly kind: 'help' | 'guide'; readonly scroll: number }

export interface Model {
  readonly title: string
  readonly person: string
  readonly size: Size
  readonly nowMs: number
  readonly tunnels: readonly TunnelStatus[]
  /** Newest first. */
  readonly calls: readonly CallStatus[]
  /** What the pane shows instead while it is paused. */
  readonly paused: readonly CallStatus[] | undefined
  readonly channels: readonly ChannelStatus[]
  /** Newest first. */
  readonly log: readonly LogEntry[]
  readonly notice: LogEntry | undefined
  /** Oldest first. */
  readonly reviews: readonly ReviewStatus[]
  readonly selected: Selection | undefined
  readonly focus: Pane
  readonly hidden: ReadonlySet<Pane>
  /** Line of each pane that the keys are about; of calls the one of `call`, where it is set. */
  readonly cursors: Readonly<Record<Pane, number>>
  /** Keeps its place when newer ones come; undefined follows the newest. */
  readonly call: string | undefined
  readonly overlay: Overlay | undefined
  readonly filter: string
  readonly isTyping: boolean
  /** Whose next steps are shown. */
  readonly guide: number
  /** A call has been answered well: no next steps are needed. */
  readonly hasSucceeded: boolean
  /** What a key has just done. */
  readonly flash: { readonly text: string; readonly untilMs: number } | undefined
}

/** Which review the keys are about, and since when it is: a key that was meant for another one must not hit it. */
export interface Selection {
  readonly id: string
  readonly sinceMs: number
}

export type Message =
  | StatusMessage
  | { readonly kind: 'resized'; readonly size: Size }
  /** To the next review, or the one before. */
  | { readonly kind: 'select'; readonly step: 1 | -1; readonly nowMs: number }
  | { readonly kind: 'tick'; readonly nowMs: number; readonly channels?: readonly ChannelStatus[] }

const DEFAULT_SIZE: Size = { columns: 80, rows: 24 }

/** `ssh -tt` without a terminal reports 0×0. The upper bound keeps a client from asking for a huge frame. */
export const sizeFrom = (columns: number, rows: number): Size =>
  columns > 0 && rows > 0 ? { columns: Math.min(columns, 512), rows: Math.min(rows, 512) } : DEFAULT_SIZE

export const initialModel = (facts: Pick<Model, 'title' | 'person' | 'size' | 'nowMs'>): Model => ({
  ...facts,
  person: printable(facts.person),
  tunnels: [],
  calls: [],
  paused: undefined,
  channels: [],
  log: [],
  notice: undefined,
  reviews: [],
  selected: undefined,
  focus: 'calls',
  hidden: new Set(),
  cursors: { tunnels: 0, calls: 0, connections: 0, log: 0 },
  call: undefined,
  overlay: undefined,
  filter: '',
  isTyping: false,
  guide: 0,
  hasSucceeded: false,
  flash: undefined,
})

export function update(model: Model, message: Message): Model {
  switch (message.kind) {
    case 'tunnel': {
      const at = model.tunnels.findIndex(({ route }) => route === message.tunnel.route)
      const tunnels = at < 0 ? [...model.tunnels, message.tunnel] : model.tunnels.with(at, message.tunnel)
      return { ...logged(model, message, model.tunnels[at]), tunnels }
    }
    case 'gone': {
      const before = model.tunnels.find(({ route }) => route === message.route)
      return { ...logged(model, message, before), tunnels: model.tunnels.filter((tunnel) => tunnel !== before) }
    }
    case 'notice': {
      const next = logged(model, message, undefined)
      return { ...next, notice: next.log[0] }
    }
    case 'log':
      return logged(model, message, undefined)
    case 'call':
      return withCall(model, message.call)
    case 'review': {
      const others = model.reviews.filter(({ id }) => id !== message.review.id)
      return selectOne({ ...model, reviews: [...others, message.review] })
    }
    case 'reviewed':
      return selectOne({ ...model, reviews: model.reviews.filter(({ id }) => id !== message.id) })
    case 'select': {
      const at = model.reviews.findIndex(({ id }) => id === model.selected?.id)
      const next = model.reviews.at((at + message.step) % Math.max(1, model.reviews.length))
      return { ...model, nowMs: message.nowMs, selected: next && { id: next.id, sinceMs: message.nowMs } }
    }
    case 'ended':
    case 'smudged':
      return model
    case 'resized':
      return { ...model, size: message.size }
    case 'tick':
      return { ...model, nowMs: message.nowMs, channels: message.channels ?? model.channels }
  }
}

function logged(model: Model, message: StatusMessage, before: TunnelStatus | undefined): Model {
  const entry = logEntryOf(message, before, model.nowMs)
  return entry === undefined ? model : { ...model, log: [entry, ...model.log].slice(0, MAX_LOG) }
}

function withCall(model: Model, call: CallStatus): Model {
  const at = model.calls.findIndex(({ requestId }) => requestId === call.requestId)
  const hasSucceeded = model.hasSucceeded || isSuccess(call)
  if (at >= 0) {
    // One whose details were given up does not get them back with its end.
    const known = model.calls[at]
    const next = known?.details === undefined ? { ...call, details: undefined } : call
    return { ...model, hasSucceeded, calls: model.calls.with(at, sharing(next, known)) }
  }
  return {
    ...model,
    hasSucceeded,
    calls: lighter([sharing(call, model.calls[0]), ...model.calls.slice(0, MAX_CALLS - 1)]),
  }
}

/** Neighbours are alike: texts that are the same are kept once. */
const sharing = (call: CallStatus, last: CallStatus | undefined): CallStatus =>
  last === undefined
    ? call
    : {
        ...call,
        route: same(call.route, last.route),
        caller: same(call.caller, last.caller),
        client: same(call.client, last.client),
        method: same(call.method, last.method),
        subject: same(call.subject, last.subject),
        rule: same(call.rule, last.rule),
      }

const same = <T extends string | undefined>(text: T, other: T): T => (text === other ? other : text)

/** Sign-in attempts and refusals are no success, and neither is the stream beside the calls. */
const isSuccess = ({ verdict, httpStatus, method }: CallStatus): boolean =>
  verdict === 'allowed' && httpStatus !== undefined && httpStatus < 400 && method !== 'GET' && method !== 'DELETE'

/** Details of older calls go, so that a screen costs little whatever is called. */
function lighter(calls: readonly CallStatus[]): readonly CallStatus[] {
  const old = calls[MAX_DETAILS]
  let next = old?.details === undefined ? calls : calls.with(MAX_DETAILS, { ...old, details: undefined })
  let length = 0
  for (let at = 0; at < Math.min(MAX_DETAILS, next.length); at += 1) {
    const call = next[at]
    if (call?.details?.arguments === undefined) continue
    length += call.details.arguments.length
    if (length <= MAX_ARGUMENT_TEXT) continue
    next = next.with(at, { ...call, details: { ...call.details, arguments: 'not kept any longer' } })
  }
  return next
}

/** Keeps the selection while it lasts; a changed definition is another thing to decide about. */
function selectOne(model: Model): Model {
  const isThere = model.reviews.some(({ id }) => id === model.selected?.id)
  const [first] = model.reviews
  if (isThere) return model
  return { ...model, selected: first && { id: first.id, sinceMs: model.nowMs } }
}
