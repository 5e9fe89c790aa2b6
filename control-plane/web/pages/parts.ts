import { html } from 'ghtml'

import { csrfField } from './layout.ts'

/** One button that posts some fixed fields. */
export function postButton(button: {
  readonly action: string
  readonly csrf: string
  readonly button: string
  readonly fields?: Readonly<Record<string, string>>
}): string {
  const fields = Object.entries(button.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
  return html`<form method="post" action="${button.action}">
    !${csrfField(button.csrf)}!${fields.join('')}<button class="link">${button.button}</button>
  </form>`
}

/** `2026-05-04 13:37 UTC`, or `never`. */
export const momentOf = (atMs: number | undefined): string =>
  atMs === undefined ? 'never' : `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
