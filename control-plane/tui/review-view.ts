import type { Model } from './model.ts'
import { type Line, type Span, span } from './line.ts'
import { wrap } from './printable.ts'
import type { ReviewStatus } from './review.ts'

/** Beside it there is room for the title, the keys and what else the screen is for. */
const OTHER_ROWS = 4

/** The review that the keys are about. */
export interface ReviewView {
  readonly lines: readonly Line[]
  /** All of it is on the screen: nobody allows what they cannot see. */
  readonly isWhole: boolean
}

/** Nothing where nothing waits. */
export function reviewView(model: Model): ReviewView {
  const review = model.reviews.find(({ id }) => id === model.selected?.id)
  if (review === undefined) return { lines: [], isWhole: false }
  const columns = model.size.columns - 1
  const paragraph = (text: string, style: Span['style']): readonly Line[] =>
    wrap(text, columns).map((line) => [span(` ${line}`, style)])
  const head = paragraph(`▶ ${review.title}${leftOf(review, model.nowMs)}`, 'warn')
  const details = review.lines.flatMap((line) => paragraph(line, 'plain'))
  const keys = paragraph(keysOf(review, model.reviews.length), 'bold')
  const rows = model.size.rows - OTHER_ROWS
  if (head.length + details.length + keys.length <= rows) {
    return { lines: [...head, ...details, ...keys, [span('', 'plain')]], isWhole: true }
  }
  const tooLong = paragraph(`Too long for this screen: see it on the page /reviews${denyOf(review)}`, 'bold')
  return { lines: [...head, ...tooLong, [span('', 'plain')]].slice(0, rows), isWhole: false }
}

function leftOf({ expiresAtMs }: ReviewStatus, nowMs: number): string {
  return expiresAtMs === undefined ? '' : ` (${Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1000))} s left)`
}

const denyOf = ({ kind }: ReviewStatus): string => (kind === 'call' ? ' · d deny' : '')

function keysOf({ kind }: ReviewStatus, count: number): string {
  const others = count > 1 ? ` · ↑↓ ${count} wait` : ''
  return kind === 'call' ? `a allow · A allow this tool and client for 1 h · d deny${others}` : `a approve${others}`
}
