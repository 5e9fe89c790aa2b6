import { html } from 'ghtml'

import type { User } from '../../identity/user.ts'
import type { GrantRecord } from '../../oauth/grants.ts'
import { csrfField, type Page } from './layout.ts'
import { connectLinks, type ProviderButton } from './upstream-sign-in.ts'

export interface Home {
  readonly user: User
  readonly url: string
  readonly sshCommand: string
  readonly online: boolean
  readonly keys: readonly { readonly fingerprint: string; readonly boundAtMs: number }[]
  readonly grants: readonly GrantRecord[]
  readonly csrf: string
  readonly connectable: readonly ProviderButton[]
}

export function homePage(home: Home): Page {
  const revoke = (action: string, name: string, value: string): string =>
    html`<form method="post" action="${action}">
      !${csrfField(home.csrf)}<input type="hidden" name="${name}" value="${value}" /><button class="link">
        Revoke
      </button>
    </form>`
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)
  const grants = home.grants.map(
    (grant) =>
      html`<li>
        ${grant.clientName} <small>since ${day(grant.createdAtMs)}</small><br /><code>${grant.resource}</code
        >!${revoke('/grants/revoke', 'grant_id', grant.id)}
      </li>`,
  )
  const keys = home.keys.map(
    (key) =>
      html`<li>
        <code>${key.fingerprint}</code>
        <small>since ${day(key.boundAtMs)}</small>!${revoke('/keys/revoke', 'fingerprint', key.fingerprint)}
      </li>`,
  )
  return {
    title: 'Your tunnel',
    body: html`<p><code>${home.url}</code><br /><small>${home.online ? 'online' : 'offline'}</small></p>
      <p>Open it from the computer that runs your MCP server:</p>
      <p><code>${home.sshCommand}</code></p>
      <h2>Connected clients</h2>
      !${grants.length === 0 ? '<p class="dim">None yet. Paste the address above into an MCP client.</p>' : `<ul>${grants.join('')}</ul>`}
      <h2>SSH keys</h2>
      !${keys.length === 0 ? '<p class="dim">None yet.</p>' : `<ul>${keys.join('')}</ul>`}
      !${connectLinks(home.connectable)}
      <p class="dim">Signed in as ${home.user.email}</p>
      <form method="post" action="/sign-out">!${csrfField(home.csrf)}<button>Sign out</button></form>`,
  }
}
