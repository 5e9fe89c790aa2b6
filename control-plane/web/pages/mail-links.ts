import { html } from 'ghtml'

import { MIN_PASSWORD_CHARS } from '../../identity/password.ts'
import { csrfField, type Page } from './layout.ts'

const problemLine = (problem: string | undefined): string =>
  problem === undefined ? '' : html`<p class="error">${problem}</p>`

const newPassword = html`<label
  >Password, at least ${MIN_PASSWORD_CHARS} characters
  <input type="password" name="password" autocomplete="new-password" minlength="${MIN_PASSWORD_CHARS}" required
/></label>`

/** The same for known and unknown addresses. */
export const mailSentPage = (sent: { email: string; linkId: string; csrf: string; again?: boolean }): Page => ({
  title: 'Look into your mail',
  body: html`<p>
      A mail with a link went to <strong>${sent.email}</strong>. Open it to go on; it is good for 24 hours.
    </p>
    !${sent.again === true ? '<p>If we could, we have sent it again.</p>' : ''}
    <p class="dim">Nothing there? Look into the spam folder first.</p>
    <form method="post" action="/sign-in/resend">
      !${csrfField(sent.csrf)}<input type="hidden" name="link" value="${sent.linkId}" />
      <input type="hidden" name="email" value="${sent.email}" />
      <button>Send it again</button>
    </form>`,
})

export const verifyPage = (ask: {
  email: string
  token: string
  csrf: string
  needsPassword: boolean
  problem?: string
}): Page => {
  const password = html`<p>Type the password that you chose, so that we know that the account is yours.</p>
    <input type="hidden" name="email" value="${ask.email}" autocomplete="username" />
    <label>Password <input type="password" name="password" autocomplete="current-password" required /></label>`
  return {
    title: 'Confirm your address',
    body: html`!${problemLine(ask.problem)}
      <p>This link is for <strong>${ask.email}</strong>.</p>
      <form method="post" action="/sign-in/verify">
        !${csrfField(ask.csrf)}<input type="hidden" name="token" value="${ask.token}" />
        !${ask.needsPassword ? password : ''}
        <div class="row"><button class="go">Confirm</button></div>
      </form>
      <p class="dim">You made no account here? Close this page: without the password nothing happens.</p>`,
  }
}

export const newPasswordPage = (ask: {
  kind: 'reset' | 'invited'
  email: string
  token: string
  csrf: string
  problem?: string
}): Page => {
  const isReset = ask.kind === 'reset'
  return {
    title: isReset ? 'Choose a new password' : 'Create your account',
    body: html`!${problemLine(ask.problem)}
      <p>For <strong>${ask.email}</strong>.</p>
      <form method="post" action="/sign-in/${ask.kind}">
        !${csrfField(ask.csrf)}<input type="hidden" name="token" value="${ask.token}" />!${newPassword}
        <div class="row"><button class="go">${isReset ? 'Save the password' : 'Create account'}</button></div>
      </form>
      !${isReset ? '<p class="dim">Every browser that is signed in to the account is signed out.</p>' : ''}`,
  }
}

export const forgotPage = (ask: { csrf: string; mayReset: boolean; problem?: string }): Page => {
  const reset = html`<form method="post" action="/sign-in/forgot">
    !${csrfField(ask.csrf)}
    <label>Email <input type="email" name="email" autocomplete="username" required /></label>
    <div class="row"><button class="go">Send me a link</button></div>
  </form>`
  return {
    title: 'You cannot sign in?',
    body: html`!${problemLine(ask.problem)}
      <h2>Password forgotten</h2>
      !${ask.mayReset ? reset : '<p>Ask the operator of this gateway for a link to choose a new one.</p>'}
      <h2>Passkey lost, and no password</h2>
      <form method="post" action="/sign-in/recovery">
        !${csrfField(ask.csrf)}
        <label>Email <input type="email" name="email" autocomplete="username" required /></label>
        <label>Recovery code <input type="text" name="code" autocomplete="off" required /></label>
        <div class="row"><button>Use the recovery code</button></div>
      </form>
      <p><a href="/sign-in/form">Back to sign-in</a></p>`,
  }
}
