import { html } from 'ghtml'

import type { Page } from './layout.ts'

/** What a person sees when their client asked for something that cannot be, and there is no client to tell. */
export const clientErrorPage = (error: {
  readonly code: string
  readonly description: string | undefined
  readonly reference: string | undefined
}): Page => ({
  title: 'The client asked for something that cannot be',
  body: html`<p>${error.description ?? error.code} <small>(${error.code})</small></p>
    !${error.reference === undefined ? '' : referenceLine(error.reference)}`,
})

export const endedPage = (reference: string | undefined): Page => ({
  title: 'This question has ended',
  body: html`<p>It was answered, has expired, or began in another browser. Start again in your MCP client.</p>
    !${reference === undefined ? '' : referenceLine(reference)}`,
})

/** Leads to the page that says which step failed, and whose fault it was. */
const referenceLine = (reference: string): string =>
  html`<p class="dim"><a href="/attempts/${reference}">Why?</a> Reference: <code>${reference}</code></p>`
