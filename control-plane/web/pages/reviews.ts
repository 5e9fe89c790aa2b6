import { html } from 'ghtml'

import type { Review } from '../../approvals/review.ts'
import { visibleText } from '../../kernel/visible-text.ts'
import type { Page } from './layout.ts'
import { momentOf, postButton } from './parts.ts'

export const reviewsPage = ({ reviews, csrf }: { reviews: readonly Review[]; csrf: string }): Page => {
  const items = reviews.map((review) => (review.kind === 'call' ? heldCall(review, csrf) : changedTool(review, csrf)))
  return {
    title: 'Waiting for you',
    nav: { here: 'tunnel', csrf },
    body: html`<p class="dim">Calls that need your consent, and tools that are not what you approved.</p>
      !${items.length === 0 ? '<p class="dim">Nothing waits right now. This page looks again by itself.</p>' : `<ul>${items.join('')}</ul>`}`,
  }
}

const button = (text: string, answer: string, at: { readonly id: string; readonly csrf: string }): string =>
  postButton({ action: '/reviews/answer', csrf: at.csrf, button: text, fields: { id: at.id, answer } })

function heldCall({ id, call, route }: Extract<Review, { kind: 'call' }>, csrf: string): string {
  const { caller, tool, argumentsText, clientAddress, expiresAtMs } = call
  const at = { id, csrf }
  return html`<li>
    <strong>${visibleText(tool)}</strong> at ${route}<br />
    <small
      >called by ${caller === undefined ? 'nobody in particular' : caller.email || caller.userId} with
      ${caller?.clientId ?? 'no client'} from ${clientAddress}, until ${momentOf(expiresAtMs)}</small
    >
    <pre>${argumentsText}</pre>
    !${button('Allow once', 'once', at)} !${button('Allow this tool and client for an hour', 'hour', at)}
    !${button('Deny', 'deny', at)}
  </li>`
}

const shown = (value: unknown): string => visibleText(JSON.stringify(value))

function changedTool(review: Extract<Review, { kind: 'tool' }>, csrf: string): string {
  const rows = review.differences.map(({ path, from, to }) => {
    const before = from === undefined ? '' : `- ${shown(from)}\n`
    const now = to === undefined ? '' : `+ ${shown(to)}`
    return html`<pre>
${path}
${before}${now}</pre>`
  })
  return html`<li>
    <strong>${visibleText(review.tool)}</strong> at ${review.route}<br />
    <small>${review.isNew ? 'a new tool' : 'changed since it was approved'}: hidden until you approve it</small>
    !${rows.join('')} !${button('Approve', 'once', { id: review.id, csrf })}
  </li>`
}
