import { html } from 'ghtml'

import { DEFAULT_SCOPE } from '../../oauth/support.ts'

/** What a client may do with these scopes, in words. */
export function permissions(scope: string): string {
  const more = scope.split(' ').filter((name) => name !== '' && name !== DEFAULT_SCOPE)
  const named = more.map((name) => html`<code>${name}</code>`).join(', ')
  return html`call every tool, resource and prompt there that the tunnel's policy allows
  you!${more.length === 0 ? '' : `, and use ${named}`}`
}
