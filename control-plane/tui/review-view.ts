import type { Model } from './model.ts'
import { wrap } from './printable.ts'
import type { ReviewStatus } from './review.ts'
import type { Line, Span } from './view.ts'

const span = (text: string, style: Span['style']): Span => ({ text, style })

/** The review that the keys are about, in at most `rows` lines; nothing where nothing waits. */
export function reviewLines(model: Model, rows: number): readonly Line[] {
  const review = model.reviews.find(({ id }) => id === model.selected?.id)
  if (review === undefined) return []
  const columns = model.size.columns - 1
  const paragraph = (text: string, style: Span['style']): readonly Line[] =>
    wrap(text, columns).map((line) => [span(` ${line}`, style)])
  const head = paragraph(`▶ ${review.title}${leftOf(review, model.nowMs)}`, 'warn')
  const details = review.lines.flatMap((line) => paragraph(`  ${line}`, 'plain'))
  const keys = paragraph(keysOf(review, model.reviews.length), 'bold')
  const room = Math.max(0, rows - head.length - keys.length - 1)
  const cut = details.length > room
  return [
    ...head,
    ...details.slice(0, cut ? Math.max(0, room - 1) : room),
    ...(cut && room > 0 ? [[span(`   … ${details.length - room + 1} more lines`, 'faint')]] : []),
    ...keys,
    [span('', 'plain')],
  ]
}

function leftOf({ expiresAtMs }: ReviewStatus, nowMs: number): string {
  return expiresAtMs === undefined ? '' : ` (${Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1000))} s left)`
}

function keysOf({ kind }: ReviewStatus, count: number): string {
  const others = count > 1 ? ` · ↑↓ ${count} wait` : ''
  return kind === 'call' ? `a allow · A allow this tool and client for 1 h · d deny${others}` : `a approve${others}`
}
