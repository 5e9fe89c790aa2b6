import { html } from 'ghtml'

import type { Share } from '../../sharing/share.ts'
import type { Page } from './layout.ts'
import { momentOf, postButton } from './parts.ts'

export const sharesPage = (view: { shares: readonly Share[]; csrf: string }): Page => {
  const items = view.shares.map(
    (share) =>
      html`<li>
        <strong>${share.email}</strong> may call ${share.tools?.join(', ') ?? 'everything'} on
        <code>${share.route}</code><br />
        <small>until ${momentOf(share.expiresAtMs)}, <code>${share.id}</code></small>
        !${postButton({ action: '/account/shares/revoke', csrf: view.csrf, button: 'Revoke', fields: { share: share.id } })}
      </li>`,
  )
  const none = '<p class="dim">Nothing. In a terminal: <code>ssh HOST share ann@example.com --for 2h</code></p>'
  return {
    title: 'What you share',
    nav: { here: 'account', csrf: view.csrf },
    body: items.length === 0 ? none : `<ul>${items.join('')}</ul>`,
  }
}
