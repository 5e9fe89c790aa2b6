import { html } from 'ghtml'

import type { UpstreamConnection } from '../../upstream-connections/connection.ts'
import type { ConnectProblem, SignInPlace } from '../../upstream-connections/upstream-server.ts'
import { csrfField, type Page } from './layout.ts'
import { momentOf, postButton } from './parts.ts'

/** Shows where the sign-in leads before it begins; afterwards, that it is done. */
export function connectServerPage(
  view: SignInPlace & {
    readonly route: string
    readonly url: string
    readonly connection: UpstreamConnection | undefined
    readonly csrf: string
  },
): Page {
  const { host } = new URL(view.url)
  const isConnected = view.connection?.tokens !== undefined
  const label = isConnected ? 'Connect again' : 'Connect'
  const done = html`<p>
    You are connected since ${momentOf(view.connection?.connectedAtMs)}. Go back to your client and try again.
  </p>`
  const ask = html`<p>
    <strong>${host}</strong> wants to know who you are. You sign in there, and from then on your calls to
    <code>${view.route}</code> are made as you.
  </p>`
  return {
    title: isConnected ? `Connected to ${host}` : `Connect ${host}?`,
    // A server may send the browser on to others, such as a company's own sign-in, before it shows a page.
    formTargets: ['https:', view.leadsTo],
    nav: { here: 'apps', csrf: view.csrf },
    body: html`!${isConnected ? done : ask}
      <dl>
        <dt>Server</dt>
        <dd>${view.url}</dd>
        <dt>You sign in at</dt>
        <dd>${view.issuer}</dd>
      </dl>
      <p class="dim">
        Clients that you connected here can use that account through this address, and see no token of it.
      </p>
      <form method="post" action="/upstream/connect">
        !${csrfField(view.csrf)}<input type="hidden" name="route" value="${view.route}" />
        <div class="row"><button class="go">${label}</button><a class="button" href="/apps">Back</a></div>
      </form>`,
  }
}

const TEXT: Readonly<Record<ConnectProblem['kind'], string>> = {
  unreachable: 'It does not answer right now. Try again in a moment.',
  misconfigured: 'Its sign-in does not work with this gateway. The operator finds the reason in the log.',
  declined: 'You were not let in there, or said no. Nothing has changed here.',
  untrusted: 'Its answer did not come from where we asked, so it was not used. Tell the operator.',
}

export const connectProblemPage = (
  kind: ConnectProblem['kind'],
  at: { readonly route: string; readonly url: string },
): Page => ({
  title: `Not connected to ${new URL(at.url).host}`,
  body: html`<p>${TEXT[kind]}</p>
    <p><a href="/upstream/connect?route=${encodeURIComponent(at.route)}">Try again</a></p>`,
})

/** For the page of connected apps. */
export function upstreamServersPart(
  view: { readonly route: string; readonly url: string; readonly connection: UpstreamConnection }[],
  csrf: string,
): string {
  if (view.length === 0) return ''
  const items = view.map(({ route, url, connection }) => {
    const state =
      connection.tokens === undefined
        ? html`<a href="/upstream/connect?route=${encodeURIComponent(route)}">Sign in again</a>`
        : html`<small>since ${momentOf(connection.connectedAtMs)}, renewed ${momentOf(connection.renewedAtMs)}</small>`
    return html`<li>
      <strong>${new URL(url).host}</strong> <small>by ${connection.issuer}</small><br />
      <code>${route}</code><br />
      !${state} !${postButton({ action: '/upstream/disconnect', csrf, button: 'Disconnect', fields: { route } })}
    </li>`
  })
  return html`<h2>Upstream servers</h2>
    <p class="dim">Where calls are made as you. After disconnecting, they are not.</p>
    <ul>
      !${items}
    </ul>`
}
