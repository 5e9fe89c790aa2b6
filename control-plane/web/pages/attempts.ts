import { html } from 'ghtml'

import { isConnected, latest, outcomes, targetOf, type Attempt } from '../../attempts/attempt.ts'
import { diagnose, type Side } from '../../attempts/diagnosis.ts'
import { STEPS, type Sighting } from '../../attempts/sighting.ts'
import { stepTitle } from '../../attempts/wording.ts'
import type { Page } from './layout.ts'

const SIDE: Readonly<Record<Side, string>> = {
  client: 'the client',
  person: 'you, in the browser',
  owner: 'the owner of the tunnel',
  gateway: 'this server',
  nobody: 'nobody',
}

const MARK = { done: '✓', failed: '✗', waiting: '…' } as const

const clock = (atMs: number): string => `${new Date(atMs).toISOString().slice(11, 19)} UTC`
const nameOf = (attempt: Attempt): string =>
  latest(attempt, 'clientName') ?? latest(attempt, 'clientId') ?? 'A client that has not said its name'

export function attemptsPage(attempts: readonly Attempt[], csrf: string): Page {
  const rows = attempts.slice(0, 50).map(
    (attempt) =>
      html`<li>
        <a href="/attempts/${attempt.reference}">${nameOf(attempt)}</a>
        <small>${clock(attempt.startedAtMs)}</small
        ><br />${isConnected(attempt) ? 'Connected' : diagnose(attempt).cause}
      </li>`,
  )
  return {
    title: 'Connection attempts',
    nav: { here: 'tunnel', csrf },
    body: html`<p class="dim">What clients did to connect to your tunnel, or in your name, in the last day.</p>
      !${rows.length === 0 ? '<p>None yet.</p>' : `<ul>${rows.join('')}</ul>`}`,
  }
}

export function attemptPage(attempt: Attempt, csrf: string): Page {
  const { stoppedAt, side, cause, advice } = diagnose(attempt)
  const seen = outcomes(attempt)
  const rows = STEPS.filter((step) => seen.has(step) || step === stoppedAt).map((step) => row(step, seen.get(step)))
  const target = targetOf(attempt)
  return {
    title: stoppedAt === undefined ? 'Connected' : 'Where it stopped',
    nav: { here: 'tunnel', csrf },
    body: html`<p><strong>${cause}</strong></p>
      !${stoppedAt === undefined ? '' : html`<p>${advice} <small>(It is up to ${SIDE[side]}.)</small></p>`}
      <dl>
        <dt>Client</dt>
        <dd>${nameOf(attempt)}</dd>
        <dt>Tunnel</dt>
        <dd><code>${target ?? 'not named yet'}</code></dd>
        <dt>Reference</dt>
        <dd><code>${attempt.reference}</code></dd>
      </dl>
      <ul class="steps">
        !${rows.join('')}
      </ul>
      <p><a href="/attempts">All attempts</a></p>`,
  }
}

function row(step: (typeof STEPS)[number], sighting: Sighting | undefined): string {
  if (sighting === undefined) return html`<li>· ${stepTitle(step)} <small>not seen</small></li>`
  const { problem } = sighting
  const why =
    problem === undefined ? '' : html`<br /><small class="error">${problem.code}: ${problem.detail ?? ''}</small>`
  return html`<li>${MARK[sighting.outcome]} ${stepTitle(step)} <small>${clock(sighting.atMs)}</small>!${why}</li>`
}
