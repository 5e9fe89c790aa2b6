import { html } from 'ghtml'

import { csrfField, type Page } from './layout.ts'
import { PASSKEY_SCRIPT, passkeyForm } from './passkey.ts'

export function secondFactorPage(ask: {
  readonly ticket: string
  readonly options: string
  readonly next: string
  readonly csrf: string
  readonly problem?: string
}): Page {
  const fields = html`<input type="hidden" name="ticket" value="${ask.ticket}" />
    <input type="hidden" name="next" value="${ask.next}" />`
  return {
    title: 'One more step',
    script: PASSKEY_SCRIPT,
    body: html`!${ask.problem === undefined ? '' : html`<p class="error">${ask.problem}</p>`}
      <p>The password was right. Your account also asks for a passkey.</p>
      !${passkeyForm({
        ceremony: 'get',
        action: '/sign-in/second-factor',
        options: ask.options,
        csrf: ask.csrf,
        button: 'Use a passkey',
        fields,
      })}
      <h2>Passkey lost?</h2>
      <form method="post" action="/sign-in/second-factor">
        !${csrfField(ask.csrf)}!${fields}
        <label>Recovery code <input type="text" name="code" autocomplete="off" required /></label>
        <div class="row"><button>Use the recovery code</button></div>
      </form>`,
  }
}
