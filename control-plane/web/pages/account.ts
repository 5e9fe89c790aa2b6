import { html } from 'ghtml'

import type { Account } from '../../identity/account-store.ts'
import { MIN_PASSWORD_CHARS } from '../../identity/password.ts'
import { MAX_PASSKEY_NAME_CHARS, type Passkey } from '../../identity/passkeys.ts'
import type { WebSessionRecord } from '../../identity/web-sessions.ts'
import { csrfField, type Page } from './layout.ts'
import { PASSKEY_SCRIPT, passkeyForm } from './passkey.ts'
import { momentOf, postButton } from './parts.ts'

export interface AccountView {
  readonly account: Account
  readonly passkeys: readonly Passkey[]
  /** Undefined where the host cannot have passkeys. */
  readonly creationOptions: string | undefined
  readonly recoveryCodes: number
  readonly mayVerify: boolean
  readonly csrf: string
  readonly problem?: string
}

export function accountPage(view: AccountView): Page {
  const { account, csrf } = view
  const verify = view.mayVerify
    ? postButton({ action: '/account/verification', csrf, button: 'Send the link again' })
    : ''
  return {
    title: 'Your account',
    nav: { here: 'account', csrf },
    ...(view.creationOptions !== undefined && { script: PASSKEY_SCRIPT }),
    body: html`!${view.problem === undefined ? '' : html`<p class="error">${view.problem}</p>`}
      <p>
        <strong>${account.email}</strong> <small>${account.emailVerified ? 'confirmed' : 'not confirmed yet'}</small>
      </p>
      !${account.emailVerified ? '' : verify}
      <p><a href="/account/sessions">Browsers that are signed in</a></p>
      <p><a href="/account/shares">What you share with others</a></p>
      <h2>Passkeys</h2>
      !${passkeyPart(view)}
      <h2>Password</h2>
      !${passwordPart(view)}`,
  }
}

function passkeyPart({ account, passkeys, creationOptions, recoveryCodes, csrf }: AccountView): string {
  const name = html`<label
    >Name of a new passkey
    <input type="text" name="name" value="My passkey" maxlength="${MAX_PASSKEY_NAME_CHARS}" required
  /></label>`
  const add =
    creationOptions === undefined
      ? '<p class="dim">Passkeys need a host name, not an address. Open this gateway under a name.</p>'
      : passkeyForm({
          ceremony: 'create',
          action: '/account/passkeys/add',
          options: creationOptions,
          csrf,
          button: 'Add a passkey',
          fields: name,
        })
  if (passkeys.length === 0) return `<p class="dim">None yet. A passkey signs you in without a password.</p>${add}`
  const items = passkeys.map(
    (passkey) =>
      html`<li>
        <strong>${passkey.name}</strong><br /><small
          >since ${momentOf(passkey.createdAtMs)}, last used ${momentOf(passkey.lastUsedAtMs)}</small
        >
        <form method="post" action="/account/passkeys/rename">
          !${csrfField(csrf)}<input type="hidden" name="id" value="${passkey.id}" />
          <input
            type="text"
            name="name"
            value="${passkey.name}"
            aria-label="Name"
            maxlength="${MAX_PASSKEY_NAME_CHARS}"
            required
          />
          <button class="link">Rename</button>
        </form>
        !${postButton({ action: '/account/passkeys/remove', csrf, button: 'Remove', fields: { id: passkey.id } })}
      </li>`,
  )
  const factor =
    account.passwordHash === undefined
      ? ''
      : postButton({
          action: '/account/second-factor',
          csrf,
          button: account.secondFactor
            ? 'Stop asking for a passkey after the password'
            : 'Ask for a passkey after the password',
          fields: { on: account.secondFactor ? 'no' : 'yes' },
        })
  const codes = html`<p><small>${recoveryCodes} recovery codes are left.</small></p>`
  const newCodes = postButton({ action: '/account/recovery-codes', csrf, button: 'Make new recovery codes' })
  return `<ul>${items.join('')}</ul>${add}${factor}${codes}${newCodes}`
}

function passwordPart({ account, passkeys, csrf }: AccountView): string {
  const has = account.passwordHash !== undefined
  const current = html`<label
    >Password now <input type="password" name="current" autocomplete="current-password" required
  /></label>`
  const remove = postButton({ action: '/account/password/remove', csrf, button: 'Remove the password' })
  return html`<form method="post" action="/account/password">
      !${csrfField(csrf)}!${has ? current : ''}
      <label
        >New password, at least ${MIN_PASSWORD_CHARS} characters
        <input type="password" name="password" autocomplete="new-password" minlength="${MIN_PASSWORD_CHARS}" required
      /></label>
      <div class="row"><button>${has ? 'Change the password' : 'Set a password'}</button></div>
    </form>
    <p class="dim">Every other browser is signed out then.</p>
    !${has && passkeys.length > 0 ? remove : ''}`
}

/** Shown once; what is kept of them are hashes. */
export const recoveryCodesPage = (shown: { codes: readonly string[]; csrf: string }): Page => ({
  title: 'Your recovery codes',
  nav: { here: 'account', csrf: shown.csrf },
  body: html`<p>
      Keep these where you find them without this device. Each signs you in once when your passkey is lost. They are not
      shown again, and earlier ones have ended.
    </p>
    <ul>
      !${shown.codes.map((code) => html`<li><code>${code}</code></li>`).join('')}
    </ul>
    <p><a href="/account">I have kept them</a></p>`,
})

export const sessionsPage = (view: {
  sessions: readonly WebSessionRecord[]
  currentId: string
  csrf: string
}): Page => {
  const items = view.sessions.map(
    (session) =>
      html`<li>
        <strong>${session.browser}</strong> !${session.id === view.currentId ? '<small>(this one)</small>' : ''}<br />
        <small
          >from ${session.network}, since ${momentOf(session.createdAtMs)}, last seen
          ${momentOf(session.lastSeenAtMs)}</small
        >
        !${postButton({ action: '/account/sessions/end', csrf: view.csrf, button: 'Sign out', fields: { id: session.id } })}
      </li>`,
  )
  return {
    title: 'Signed-in browsers',
    nav: { here: 'account', csrf: view.csrf },
    body: html`<ul>
        !${items.join('')}
      </ul>
      !${postButton({ action: '/account/sessions/end-all', csrf: view.csrf, button: 'Sign out everywhere' })}`,
  }
}
