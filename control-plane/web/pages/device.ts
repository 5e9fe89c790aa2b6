import { html } from 'ghtml'

import type { User } from '../../identity/user.ts'
import type { DeviceQuestion } from '../../oauth/device.ts'
import { csrfField, type Page } from './layout.ts'
import { permissions } from './permissions.ts'

export function deviceCodePage(form: { csrf: string; userCode: string; problem?: string }): Page {
  return {
    title: 'Connect a device',
    body: html`!${form.problem === undefined ? '' : html`<p class="error">${form.problem}</p>`}
      <p>Type the code that your device shows.</p>
      <form method="post" action="/device">
        !${csrfField(form.csrf)}
        <label
          >Code <input type="text" name="user_code" value="${form.userCode}" autocomplete="off" required autofocus
        /></label>
        <div class="row"><button class="go">Continue</button></div>
      </form>`,
  }
}

export function deviceQuestionPage(ask: {
  question: DeviceQuestion
  user: User
  csrf: string
  isElsewhere: boolean
  browserAddress: string
}): Page {
  const { question, user } = ask
  const warning = html`<p class="warn">
    The device is at ${question.address}, this browser is at ${ask.browserAddress}. If somebody sent you this code or a
    link, choose Cancel: they would act as you.
  </p>`
  return {
    title: 'Connect a device?',
    body: html`<p>
        <strong>${question.clientName}</strong> <small>(unverified name)</small> on another device wants to use a tunnel
        as <strong>${user.email}</strong>.
      </p>
      !${ask.isElsewhere ? warning : ''}
      <p>The device shows this code:</p>
      <p class="code">${question.userCode.slice(0, 4)}-${question.userCode.slice(4)}</p>
      <dl>
        <dt>Tunnel</dt>
        <dd><code>${question.resource}</code></dd>
        <dt>Asked from</dt>
        <dd><code>${question.address}</code></dd>
        <dt>It may</dt>
        <dd>!${permissions(question.scope)}</dd>
      </dl>
      <p class="dim">Allow only if the device is in front of you and shows this code.</p>
      <form method="post" action="/device/decide">
        !${csrfField(ask.csrf)}<input type="hidden" name="user_code" value="${question.userCode}" /><input
          type="hidden"
          name="user"
          value="${user.id}"
        />
        <div class="row">
          <button class="go" name="decision" value="allow">Allow</button>
          <button name="decision" value="deny">Cancel</button>
        </div>
      </form>`,
  }
}
