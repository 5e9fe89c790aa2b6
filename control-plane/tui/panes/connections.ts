import { type Line, span, windowStart } from '../line.ts'
import type { Model } from '../model.ts'
import { printable } from '../printable.ts'
import { cursorOf } from '../shown.ts'
import type { ChannelStatus } from '../status.ts'
import { type Column, headOf, placeColumns, rowOf } from '../table.ts'
import { ageOf, sizeOf } from '../wording.ts'
import { GUTTER, markable, type PaneView, type Room } from './pane.ts'

const columnsAt = (nowMs: number): readonly Column<ChannelStatus>[] => [
  { title: '#', min: 4, rank: 3, text: ({ id }) => String(id), style: () => 'faint' },
  { title: 'last request', min: 10, max: 40, rank: 0, text: (channel) => printable(channel.request ?? channel.route) },
  { title: 'from', min: 12, max: 39, rank: 4, text: (channel) => printable(channel.clientAddress ?? '') },
  { title: 'rx', min: 7, rank: 1, isRight: true, text: ({ rxBytes }) => sizeOf(rxBytes) },
  { title: 'tx', min: 7, rank: 1, isRight: true, text: ({ txBytes }) => sizeOf(txBytes) },
  { title: 'age', min: 8, rank: 2, isRight: true, text: ({ sinceMs }) => ageOf(nowMs - sinceMs), style: () => 'faint' },
]

/** Connections that the gateway keeps open through the tunnel. They serve one call after another. */
export function connectionsPane(model: Model, room: Room): PaneView {
  const { channels } = model
  if (channels.length === 0) {
    return {
      title: 'Connections',
      lines: [[span('  None open: the next call opens one', 'faint')]],
      items: [undefined],
    }
  }
  const columns = placeColumns(columnsAt(model.nowMs), room.columns - GUTTER)
  const cursor = cursorOf(model, 'connections')
  const rows = Math.max(0, room.rows - 1)
  const start = windowStart(channels.length, cursor, rows)
  const shown = channels.slice(start, start + rows)
  const lines: Line[] = shown.map((channel, at) =>
    markable(rowOf(columns, channel), model.focus === 'connections' && start + at === cursor),
  )
  return {
    title: 'Connections',
    note: String(channels.length),
    lines: [[span('  '), ...headOf(columns)], ...lines],
    items: [undefined, ...shown.map((_channel, at) => start + at)],
  }
}
