import { html } from 'ghtml'

import { MIN_PASSWORD_CHARS } from '../../identity/password.ts'
import { csrfField, type Page } from './layout.ts'
import { PASSKEY_SCRIPT, passkeyForm } from './passkey.ts'
import { providerButtons, type ProviderButton } from './upstream-sign-in.ts'

export interface SignInForm {
  readonly mode: 'sign-in' | 'sign-up'
  /** Where to go afterwards: a path of ours. */
  readonly next: string
  readonly csrf: string
  readonly email?: string
  readonly problem?: string
  readonly mayChange: boolean
  readonly needsSetUpCode: boolean
  /** Undefined where the host cannot have passkeys. */
  readonly passkeyOptions: string | undefined
  readonly providers: readonly ProviderButton[]
  /** The person has just signed out, maybe to use another account. */
  readonly choose?: boolean
  /** Whether there is a password form at all. */
  readonly passwords: boolean
}

export function signInPage(form: SignInForm): Page {
  const signUp = form.mode === 'sign-up'
  const title = signUp ? 'Create your account' : 'Sign in'
  const other = signUp ? 'sign-in' : 'sign-up'
  const buttons = providerButtons(form.providers, { next: form.next, choose: form.choose === true })
  if (!form.passwords) return { title: 'Sign in', body: buttons }
  const link = html`<p>
    <a href="/sign-in?mode=${other}&next=${encodeURIComponent(form.next)}"
      >${signUp ? 'I have an account' : 'Create an account'}</a
    >
  </p>`
  const setUpCode = html`<label
    >Set-up code, from the server's log <input type="text" name="set_up_code" autocomplete="off" required
  /></label>`
  const passkey = signUp ? undefined : form.passkeyOptions
  return {
    title,
    ...(passkey !== undefined && { script: PASSKEY_SCRIPT }),
    body: html`!${form.problem === undefined ? '' : html`<p class="error">${form.problem}</p>`} !${buttons}
      <form method="post" action="/sign-in">
        !${csrfField(form.csrf)}
        <input type="hidden" name="mode" value="${form.mode}" />
        <input type="hidden" name="next" value="${form.next}" />
        <label
          >Email
          <input type="email" name="email" value="${form.email ?? ''}" autocomplete="username" required autofocus
        /></label>
        <label
          >${signUp ? `Password, at least ${MIN_PASSWORD_CHARS} characters` : 'Password'}
          <input
            type="password"
            name="password"
            autocomplete="${signUp ? 'new-password' : 'current-password'}"
            minlength="${signUp ? MIN_PASSWORD_CHARS : 1}"
            required
        /></label>
        !${signUp && form.needsSetUpCode ? setUpCode : ''}
        <div class="row"><button class="go">${signUp ? 'Create account' : 'Sign in'}</button></div>
      </form>
      !${passkey === undefined ? '' : passkeyPart(form, passkey)}
      !${form.mayChange ? link : ''}!${signUp ? '' : html`<p><a href="/sign-in/forgot">I cannot sign in</a></p>`}`,
  }
}

const passkeyPart = (form: SignInForm, options: string): string =>
  passkeyForm({
    ceremony: 'get',
    action: '/sign-in/passkey',
    options,
    csrf: form.csrf,
    button: 'Sign in with a passkey',
    fields: html`<input type="hidden" name="next" value="${form.next}" />`,
  })
