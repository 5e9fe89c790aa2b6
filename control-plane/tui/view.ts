/** Model to lines. Pure; every text that strangers can influence passes `printable`. */
import { drawBox, frameOf, type Rect } from './box.ts'
import { hintLine } from './hints.ts'
import { across, apart, type Line, paragraph, span, tall } from './line.ts'
import { layoutOf } from './layout.ts'
import type { Model, Pane } from './model.ts'
import { PANES } from './model.ts'
import { callDetails } from './panes/call.ts'
import { callsPane } from './panes/calls.ts'
import { connectionsPane } from './panes/connections.ts'
import { guideLines } from './panes/guide.ts'
import { helpLines } from './panes/help.ts'
import { logPane } from './panes/log.ts'
import type { PaneView, Room } from './panes/pane.ts'
import { qrView } from './panes/qr.ts'
import { shortTunnels, tunnelsPane } from './panes/tunnels.ts'
import { printable } from './printable.ts'
import { reviewView } from './review-view.ts'
import { whatOf } from './wording.ts'

/** Where a pane is, so that the mouse finds it. `items` is by line from `y` on. */
export interface Place extends Rect {
  readonly pane: Pane
  readonly items: readonly (number | undefined)[]
}

export interface Frame {
  /** Exactly as many as the screen has rows, each exactly as wide. */
  readonly lines: readonly Line[]
  readonly places: readonly Place[]
}

/** Smaller screens show the URLs and the keys. */
const SMALLEST = { columns: 40, rows: 10 }
/** Below it there is room for one pane only, and the URLs stand above it. */
const COMPACT_ROWS = 16
const NOTICE_MS = 20_000

const PANE_VIEWS: Readonly<Record<Pane, (model: Model, room: Room) => PaneView>> = {
  tunnels: tunnelsPane,
  calls: callsPane,
  connections: connectionsPane,
  log: logPane,
}

export function view(model: Model): Frame {
  const { columns, rows } = model.size
  const isSmall = columns < SMALLEST.columns || rows < SMALLEST.rows
  const isCompact = rows < COMPACT_ROWS
  const head = isSmall ? 0 : 1
  const top: readonly Line[] = [
    // First, because somebody waits.
    ...reviewView(model).lines,
    ...noticeLines(model, columns),
    ...(isSmall || (isCompact && model.focus !== 'tunnels') ? shortTunnels(model, columns) : []),
  ].slice(0, Math.max(0, rows - 1 - head))
  const room = { columns, rows: rows - 1 - head - top.length }
  const body = isSmall || room.rows < 2 ? { lines: [], places: [] } : bodyOf(model, room, head + top.length)
  const title = isSmall ? [] : [isCompact ? tabLine(model) : headLine(model, body.places)]
  const fitted = (lines: readonly Line[]): readonly Line[] => lines.map((line) => across(columns, line))
  // Boxes are exactly as wide as they were asked to be.
  const filled = [...fitted([...title, ...top]), ...body.lines]
  const rest = fitted(tall(Math.max(0, rows - 1 - filled.length), []))
  return {
    lines: [...filled.slice(0, Math.max(0, rows - 1)), ...rest, ...fitted([hintLine(model, columns)])],
    places: body.places,
  }
}

/** Which panes there are, where there is room for one. */
function tabLine({ size, focus, person }: Model): Line {
  const isShort = size.columns < 60
  const tabs = PANES.map((pane, at) =>
    span(isShort ? ` ${TITLES[pane]} ` : ` ${at + 1} ${TITLES[pane]} `, pane === focus ? 'selected' : 'faint'),
  )
  return isShort ? tabs : apart(size.columns, tabs, [span(`${person} `, 'faint')])
}

/** Whose screen it is, and the panes that are not on it. */
function headLine(model: Model, places: readonly Place[]): Line {
  const { columns } = model.size
  const away = PANES.filter((pane) => !places.some((place) => place.pane === pane))
  const left = [span(` ${model.title}`, 'title')]
  const right = [
    ...(places.length === 0 ? [] : away.map((pane) => span(`${PANES.indexOf(pane) + 1} ${TITLES[pane]}   `, 'faint'))),
    span(`${model.person} `),
  ]
  return apart(columns, left, right)
}

const TITLES: Readonly<Record<Pane, string>> = {
  tunnels: 'Tunnels',
  calls: 'Calls',
  connections: 'Connections',
  log: 'Log',
}

/** What has just been said, or done by a key. */
function noticeLines({ flash, notice, nowMs }: Model, columns: number): readonly Line[] {
  const isFresh = notice !== undefined && nowMs - notice.atMs < NOTICE_MS
  const text = flash !== undefined && flash.untilMs > nowMs ? flash.text : isFresh ? notice.text : undefined
  return text === undefined ? [] : paragraph(text, columns - 1, { style: 'warn' }).map((line) => [span(' '), ...line])
}

function bodyOf(model: Model, room: Room, y: number): Frame {
  const overlay = overlayBox(model, room)
  if (overlay !== undefined) return { lines: overlay, places: [] }
  const wide = tunnelsPane(model, { columns: room.columns - 4, rows: Infinity }).lines.length
  const layout = layoutOf(model, room, wide)
  const taken = frameOf(layout.isFramed)
  const lines: Line[] = []
  const places: Place[] = []
  for (const band of layout.bands) {
    let x = 0
    const boxes = band.panes.map(({ pane, columns }) => {
      const inside = { columns: columns - taken.columns, rows: band.rows - taken.rows }
      const drawn = PANE_VIEWS[pane](model, inside)
      const items = [undefined, ...drawn.items.slice(0, Math.max(0, inside.rows))]
      places.push({ pane, items, x, y: y + lines.length, columns, rows: band.rows })
      x += columns
      const box = {
        title: `${PANES.indexOf(pane) + 1} ${drawn.title}`,
        note: drawn.note ?? '',
        isFocused: pane === model.focus,
        isFramed: layout.isFramed,
      }
      return drawBox(box, { columns, rows: band.rows }, drawn.lines)
    })
    for (let row = 0; row < band.rows; row += 1) lines.push(boxes.flatMap((box) => box[row] ?? []))
  }
  return { lines, places }
}

function overlayBox(model: Model, room: Room): readonly Line[] | undefined {
  const { overlay } = model
  if (overlay === undefined) return undefined
  const isFramed = room.columns >= 60 && room.rows >= 12
  const inside = { columns: room.columns - frameOf(isFramed).columns, rows: room.rows - frameOf(isFramed).rows }
  const { title, lines } = overlayContent(model, overlay, inside)
  const scroll = 'scroll' in overlay ? Math.max(0, Math.min(overlay.scroll, lines.length - inside.rows)) : 0
  const more = lines.length - inside.rows - scroll
  const note = more > 0 ? `${more} more ↓` : ''
  return drawBox({ title, note, isFocused: true, isFramed }, room, lines.slice(scroll))
}

function overlayContent(
  model: Model,
  overlay: NonNullable<Model['overlay']>,
  inside: Room,
): { readonly title: string; readonly lines: readonly Line[] } {
  switch (overlay.kind) {
    case 'help':
      return { title: 'Keys', lines: helpLines(inside.columns) }
    case 'guide':
      return { title: 'Next steps', lines: guideLines(model, inside.columns) }
    case 'qr':
      return { title: 'QR code', lines: qrView(model, inside) }
    case 'call': {
      const call = model.calls.find(({ requestId }) => requestId === overlay.requestId)
      const title = call === undefined ? 'Call' : printable(whatOf(call))
      return { title, lines: callDetails(model, overlay.requestId, inside.columns) }
    }
  }
}
