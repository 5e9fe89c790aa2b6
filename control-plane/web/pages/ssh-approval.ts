import { html } from 'ghtml'

import type { OpenQuestion } from '../../identity/sign-in-desk.ts'
import type { User } from '../../identity/user.ts'
import { csrfField, type Page } from './layout.ts'

export interface SshApproval {
  readonly question: OpenQuestion
  readonly userCode: string
  readonly user: User
  readonly csrf: string
  /** The browser is somewhere else than the terminal: the code must be typed, so that a link from a stranger is useless. */
  readonly mustType: boolean
  readonly browserAddress: string
  readonly problem?: string
}

export function sshApprovalPage(approval: SshApproval): Page {
  const { question, user, mustType } = approval
  const { visitor } = question
  const warning = html`<p class="warn">
      The terminal is at ${visitor.address}, this browser is at ${approval.browserAddress}. If somebody sent you this
      link, choose Deny. If the terminal is yours, type the code that it shows.
    </p>
    <label>Code in your terminal <input type="text" name="short_code" autocomplete="off" required /></label>`
  const shown = html`<p>Your terminal shows this code:</p>
    <p class="code">${question.shortCode}</p>`
  const remember = html`<label class="tick"
    ><input type="checkbox" name="remember" value="yes" !${mustType ? '' : 'checked'} />
    <span>Remember this key: it opens tunnels as you from now on, without asking</span></label
  >`
  return {
    title: 'Open a tunnel?',
    body: html`<p>A terminal wants to open tunnels as <strong>${user.email}</strong>.</p>
      !${approval.problem === undefined ? '' : html`<p class="error">${approval.problem}</p>`}
      <form method="post" action="/sign-in/ssh">
        !${csrfField(approval.csrf)}
        <input type="hidden" name="user_code" value="${approval.userCode}" />
        !${mustType ? warning : shown}
        <dl>
          <dt>Key</dt>
          <dd><code>${visitor.key?.fingerprint ?? 'none: this connection only'}</code></dd>
          <dt>From</dt>
          <dd><code>${visitor.address}</code></dd>
          <dt>SSH user</dt>
          <dd><code>${visitor.username}</code></dd>
          <dt>It may</dt>
          <dd>serve <code>${user.tunnelName}</code> and names that end in it</dd>
        </dl>
        !${visitor.key === undefined ? '' : remember}
        <div class="row">
          <button class="go" name="decision" value="authorize">Authorize</button>
          <button name="decision" value="deny" formnovalidate>Deny</button>
        </div>
      </form>`,
  }
}
