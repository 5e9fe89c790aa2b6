/** The status screen's state and how it changes. No terminal, no clock: both come in with the messages. */
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
}

export type Message =
  | StatusMessage
  | { readonly kind: 'resized'; readonly size: Size }
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
    case 'smudged':
      return model
    case 'resized':
      return { ...model, size: message.size }
    case 'tick':
      return { ...model, nowMs: message.nowMs }
  }
}
