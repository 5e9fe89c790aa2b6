import { html } from 'ghtml'

import type { SshKeyRecord } from '../../identity/ssh-key-store.ts'
import type { Page } from './layout.ts'
import { momentOf, postButton } from './parts.ts'

export const sshKeysPage = (view: { keys: readonly SshKeyRecord[]; csrf: string }): Page => {
  const items = view.keys.map(
    (key) =>
      html`<li>
        <code>${key.fingerprint}</code><br />
        <small
          >${key.algorithm}, bound ${momentOf(key.boundAtMs)}<br />last seen
          ${momentOf(key.lastSeenAtMs)}${key.lastSeenFrom === undefined ? '' : ` from ${key.lastSeenFrom}`}</small
        >
        !${postButton({
          action: '/keys/revoke',
          csrf: view.csrf,
          button: 'Revoke',
          fields: { fingerprint: key.fingerprint },
        })}
      </li>`,
  )
  const none = '<p class="dim">None yet. Run ssh, open its link, and choose to remember the key.</p>'
  return {
    title: 'SSH keys',
    nav: { here: 'keys', csrf: view.csrf },
    body: html`<p class="dim">These keys open tunnels as you. Revoking one also ends its connections.</p>
      !${items.length === 0 ? none : `<ul>${items.join('')}</ul>`}`,
  }
}
