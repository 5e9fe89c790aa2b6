import { html } from 'ghtml'

import { csrfField } from './layout.ts'

/** One button that asks the browser for a passkey and posts the answer as an ordinary form. Hidden without scripts. */
export function passkeyForm(form: {
  readonly ceremony: 'create' | 'get'
  readonly action: string
  readonly options: string
  readonly csrf: string
  readonly button: string
  /** More fields, as HTML. */
  readonly fields?: string
}): string {
  return html`<form
    method="post"
    action="${form.action}"
    data-passkey="${form.ceremony}"
    data-options="${form.options}"
    hidden
  >
    !${csrfField(form.csrf)}<input type="hidden" name="credential" value="" />!${form.fields ?? ''}
    <div class="row"><button>${form.button}</button></div>
    <p class="error" role="status"></p>
  </form>`
}

/** The challenge on the page is good for five minutes: a page that stood longer is loaded anew. */
export const PASSKEY_SCRIPT = `
if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      if (performance.now() > 270000) return location.reload()
      const options = JSON.parse(form.dataset.options)
      try {
        const credential = form.dataset.passkey === 'create'
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
        form.elements.credential.value = JSON.stringify(credential.toJSON())
        form.submit()
      } catch (error) {
        form.querySelector('[role=status]').textContent = error.name === 'InvalidStateError'
          ? 'This device has a passkey for your account already.'
          : 'No passkey was used. Try again, or use another way.'
      }
    })
  }
}
`
