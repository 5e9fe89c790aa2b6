import { html } from 'ghtml'

import type { GrantRecord } from '../../oauth/grants.ts'
import type { Page } from './layout.ts'
import { momentOf, postButton } from './parts.ts'
import { upstreamServersPart } from './upstream-connect.ts'

export const appsPage = (view: {
  grants: readonly GrantRecord[]
  upstream: Parameters<typeof upstreamServersPart>[0]
  csrf: string
}): Page => {
  const items = view.grants.map(
    (grant) =>
      html`<li>
        <strong>${grant.clientName}</strong> !${
          grant.clientId.startsWith('https:') ? '' : '<small>(unverified name)</small>'
        }<br />
        <code>${grant.resource}</code><br />
        <small
          >answers to ${grant.redirectHost ?? 'an unknown place'}, scope ${grant.scope ?? 'mcp'}<br />since
          ${momentOf(grant.createdAtMs)}, last used ${momentOf(grant.lastUsedAtMs)}</small
        >
        !${postButton({ action: '/grants/revoke', csrf: view.csrf, button: 'Revoke', fields: { grant_id: grant.id } })}
      </li>`,
  )
  const none = '<p class="dim">None yet. Paste the address of a tunnel into an MCP client.</p>'
  return {
    title: 'Connected apps',
    nav: { here: 'apps', csrf: view.csrf },
    body: html`<p class="dim">What you revoke is refused from its next request on.</p>
      !${items.length === 0 ? none : `<ul>${items.join('')}</ul>`}!${upstreamServersPart(view.upstream, view.csrf)}`,
  }
}
