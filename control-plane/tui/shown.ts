/** What of the model is on view: derived, never kept. */
import type { Model, Pane } from './model.ts'
import type { CallStatus, TunnelStatus } from './status.ts'
import { whatOf } from './wording.ts'

/** Calls that the pane shows, newest first: as they were when it was paused, and as far as the filter lets them. */
export function shownCalls({ paused, calls, filter }: Model): readonly CallStatus[] {
  const list = paused ?? calls
  const words = filter
    .toLowerCase()
    .split(' ')
    .filter((word) => word !== '')
  return words.length === 0 ? list : list.filter((call) => words.every((word) => textOf(call).includes(word)))
}

const textOf = (call: CallStatus): string =>
  [call.caller, call.client, whatOf(call), call.verdict, call.rule, call.httpStatus, call.details?.clientAddress]
    .join(' ')
    .toLowerCase()

export function itemCount(model: Model, pane: Pane): number {
  return pane === 'calls' ? shownCalls(model).length : model[pane === 'connections' ? 'channels' : pane].length
}

/** The line that the keys are about. */
export function cursorOf(model: Model, pane: Pane): number {
  if (pane === 'calls') {
    return model.call === undefined
      ? 0
      : Math.max(
          0,
          shownCalls(model).findIndex(({ requestId }) => requestId === model.call),
        )
  }
  return Math.max(0, Math.min(model.cursors[pane], itemCount(model, pane) - 1))
}

export const tunnelAt = (model: Model): TunnelStatus | undefined => model.tunnels[cursorOf(model, 'tunnels')]

/** Next steps are shown until somebody's client has come through. */
export const needsGuide = (model: Model): boolean =>
  !model.hasSucceeded && model.filter === '' && model.tunnels.some(({ live }) => live)
