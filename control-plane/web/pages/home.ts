import { html } from 'ghtml'

import type { User } from '../../identity/user.ts'
import type { Page } from './layout.ts'
import { connectLinks, type ProviderButton } from './upstream-sign-in.ts'

export interface Home {
  readonly user: User
  readonly url: string
  readonly sshCommand: string
  readonly online: boolean
  readonly keys: number
  readonly grants: number
  readonly csrf: string
  readonly connectable: readonly ProviderButton[]
}

export function homePage(home: Home): Page {
  const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
  return {
    title: 'Your tunnel',
    nav: { here: 'tunnel', csrf: home.csrf },
    body: html`<p><code>${home.url}</code><br /><small>${home.online ? 'online' : 'offline'}</small></p>
      <p>Open it from the computer that runs your MCP server:</p>
      <p><code>${home.sshCommand}</code></p>
      <p>Then paste the address above into an MCP client.</p>
      <p>
        <a href="/apps">${counted(home.grants, 'connected app')}</a> ·
        <a href="/keys">${counted(home.keys, 'SSH key')}</a> · <a href="/reviews">What waits for you</a> ·
        <a href="/attempts">Why did a client not connect?</a>
      </p>
      !${connectLinks(home.connectable)}
      <p class="dim">Signed in as ${home.user.email}</p>`,
  }
}
