import { html } from 'ghtml'

import type { User } from '../../identity/user.ts'
import type { ConsentQuestion } from '../../oauth/consent.ts'
import { csrfField, type Page } from './layout.ts'
import { permissions } from './permissions.ts'

export function consentPage(ask: { question: ConsentQuestion; user: User; csrf: string; hopeless: boolean }): Page {
  const { question, user } = ask
  const redirect = new URL(question.redirectUri)
  const isLocal = redirect.protocol === 'http:'
  const isWeb = isLocal || redirect.protocol === 'https:'
  // What stands behind another scheme is a name that the app chose, and could be anybody's host.
  const destination = isWeb ? redirect.host : `${redirect.protocol} (an app on this computer)`
  // Who identifies itself by a document of its own is known by that document's host, and by nothing else.
  const host = question.clientId.startsWith('https:') ? new URL(question.clientId).host : undefined
  const notAllowed = html`<p class="warn">
    No rule of this tunnel admits <strong>${user.email}</strong>: the client would be refused. Use another account, or
    continue anyway.
  </p>`
  return {
    title: 'Connect a client?',
    formTargets: [isWeb ? redirect.origin : redirect.protocol],
    body: html`<p>
        <strong>${question.clientName}</strong>
        !${host === undefined ? '<small>(unverified name)</small>' : html`<small>(as ${host} calls itself)</small>`}
        wants to use a tunnel as <strong>${user.email}</strong>.
      </p>
      <dl>
        <dt>Tunnel</dt>
        <dd><code>${question.resource}</code></dd>
        <dt>Answers to</dt>
        <dd><strong>${destination}</strong>!${isLocal ? ' <small>(a program on this computer)</small>' : ''}</dd>
        <dt>It may</dt>
        <dd>!${permissions(question.scope)}</dd>
      </dl>
      !${ask.hopeless ? notAllowed : ''}
      <p class="dim">Allow only if you have just started this yourself.</p>
      <form method="post" action="/interaction/${question.uid}">
        !${csrfField(ask.csrf)}<input type="hidden" name="user" value="${user.id}" />
        <div class="row">
          <button class="go" name="decision" value="allow">Allow</button>
          <button name="decision" value="deny">Cancel</button>
        </div>
      </form>
      <form method="post" action="/sign-out">
        !${csrfField(ask.csrf)}<input type="hidden" name="next" value="/interaction/${question.uid}" />
        <p><button class="link">Use another account</button></p>
      </form>`,
  }
}
