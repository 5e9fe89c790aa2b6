/** The status screen's state and how it changes. No terminal, no clock: both come in with the messages. */
import type { ReviewStatus } from './review.ts'
import type { CallStatus, StatusMessage, TunnelStatus } from './status.ts'

/** More than any screen shows. */
const MAX_CALLS = 200

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Model {
  readonly title: string
  readonly person: string
  readonly size: Size
  readonly nowMs: number
  readonly tunnels: readonly TunnelStatus[]
  /** Newest first. */
  readonly calls: readonly CallStatus[]
  readonly notice: string | undefined
  /** Oldest first. */
  readonly reviews: readonly ReviewStatus[]
  readonly selected: Selection | undefined
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
  | { readonly kind: 'tick'; readonly nowMs: number }

const DEFAULT_SIZE: Size = { columns: 80, rows: 24 }

/** `ssh -tt` without a terminal reports 0×0. The upper bound keeps a client from asking for a huge frame. */
export const sizeFrom = (columns: number, rows: number): Size =>
  columns > 0 && rows > 0 ? { columns: Math.min(columns, 512), rows: Math.min(rows, 512) } : DEFAULT_SIZE

export const initialModel = (facts: Pick<Model, 'title' | 'person' | 'size' | 'nowMs'>): Model => ({
  ...facts,
  tunnels: [],
  calls: [],
  notice: undefined,
  reviews: [],
  selected: undefined,
})

export function update(model: Model, message: Message): Model {
  switch (message.kind) {
    case 'tunnel': {
      const known = model.tunnels.some((tunnel) => tunnel.route === message.tunnel.route)
      const tunnels = known
        ? model.tunnels.map((tunnel) => (tunnel.route === message.tunnel.route ? message.tunnel : tunnel))
        : [...model.tunnels, message.tunnel]
      return { ...model, tunnels }
    }
    case 'gone':
      return { ...model, tunnels: model.tunnels.filter((tunnel) => tunnel.route !== message.route) }
    case 'notice':
      return { ...model, notice: message.text }
    case 'call': {
      const { call } = message
      const known = model.calls.some((other) => other.requestId === call.requestId)
      const calls = known
        ? model.calls.map((other) => (other.requestId === call.requestId ? call : other))
        : [call, ...model.calls].slice(0, MAX_CALLS)
      return { ...model, calls }
    }
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
    case 'smudged':
      return model
    case 'resized':
      return { ...model, size: message.size }
    case 'tick':
      return { ...model, nowMs: message.nowMs }
  }
}

/** Keeps the selection while it lasts; a changed definition is another thing to decide about. */
function selectOne(model: Model): Model {
  const isThere = model.reviews.some(({ id }) => id === model.selected?.id)
  const [first] = model.reviews
  if (isThere) return model
  return { ...model, selected: first && { id: first.id, sinceMs: model.nowMs } }
}
