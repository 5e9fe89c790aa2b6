import { BLANK, type Line, paragraph, span } from '../line.ts'
import type { Model } from '../model.ts'
import { printable, widthOf } from '../printable.ts'
import { qrLines } from '../qr.ts'
import { tunnelAt } from '../shown.ts'
import type { Room } from './pane.ts'

/** The URL of the selected tunnel, for the camera of a phone. */
export function qrView(model: Model, room: Room): readonly Line[] {
  const tunnel = tunnelAt(model)
  if (tunnel === undefined) return [[span('This tunnel is closed', 'warn')]]
  const url = printable(tunnel.url)
  const code = qrLines(url)
  const below = paragraph(url, room.columns, { style: 'bold' })
  const isTooLarge = code.length > room.rows || widthOf(code[0] ?? '') > room.columns
  if (isTooLarge) {
    const needs = `The QR code needs ${widthOf(code[0] ?? '')} columns and ${code.length} rows inside the frame`
    return [...below, ...paragraph(needs, room.columns, { style: 'warn' })]
  }
  const lines = code.map((line): Line => [span(line, 'code')])
  return code.length + 1 + below.length <= room.rows ? [...lines, BLANK, ...below] : lines
}
