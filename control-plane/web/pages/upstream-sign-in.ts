import { html } from 'ghtml'

import type { UpstreamRefusal } from '../../identity/identities.ts'
import type { ProviderTerms, UpstreamProblem, UpstreamProfile } from '../../identity/identity-provider.ts'
import type { User } from '../../identity/user.ts'
import { csrfField, type Page } from './layout.ts'

/** What a sign-in page needs to offer a provider. */
export interface ProviderButton {
  readonly id: string
  readonly name: string
}

/** One button for each provider. `choose`: the person wants another account than the one they had. */
export const providerButtons = (
  providers: readonly ProviderButton[],
  to: { readonly next: string; readonly choose: boolean },
): string =>
  providers.length === 0
    ? ''
    : html`<div class="providers">
        !${providers.map(({ id, name }) => {
          const query = new URLSearchParams({ next: to.next, ...(to.choose ? { choose: '1' } : {}) })
          return html`<a class="button" href="/sign-in/with/${id}?${query.toString()}">Continue with ${name}</a>`
        })}
      </div>`

/** For the person's own page: more ways to sign in to the account. */
export const connectLinks = (providers: readonly ProviderButton[]): string =>
  providers.length === 0
    ? ''
    : html`<h2>Ways to sign in</h2>
        <ul>
          !${providers.map(({ id, name }) => html`<li><a href="/sign-in/with/${id}?link=1">Connect ${name}</a></li>`)}
        </ul>`

/** Asked before an identity is connected, so that only the person themselves can begin it. */
export function connectPage(ask: {
  readonly terms: ProviderTerms
  readonly user: User
  readonly next: string
  /** Origin of the provider's own page. */
  readonly leadsTo: string
  readonly csrf: string
}): Page {
  const { id, name } = ask.terms
  return {
    title: `Connect ${name}?`,
    // A provider may send the browser on to others, such as a company's own, before it shows a page.
    formTargets: ['https:', ask.leadsTo],
    body: html`<p>
        You can sign in to <strong>${ask.user.email}</strong> with ${name} from then on. ${name} asks you which account
        it is.
      </p>
      <form method="post" action="/sign-in/with/${id}">
        !${csrfField(ask.csrf)}<input type="hidden" name="next" value="${ask.next}" />
        <div class="row"><button class="go">Connect</button><a class="button" href="${ask.next}">Cancel</a></div>
      </form>`,
  }
}

const WRONG: Readonly<Record<UpstreamProblem['kind'], (name: string) => readonly [title: string, text: string]>> = {
  unreachable: (name) => [`${name} cannot be reached right now`, 'Try again in a moment'],
  declined: (name) => [`${name} did not sign you in`, `You said no there, or ${name} did. Try again`],
  ended: () => ['This sign-in has ended', 'It was used already, or took too long. Start again'],
  clocks_differ: (name) => [
    'The clocks differ',
    `The clock of this server and that of ${name} are more than a minute apart, so nothing that ${name} says can be trusted. Tell whoever runs this server`,
  ],
  misconfigured: (name) => [
    `Signing in with ${name} is not set up right`,
    'Tell whoever runs this server; its log says what is wrong',
  ],
  untrusted: (name) => [
    `The answer of ${name} cannot be trusted`,
    'You were not signed in. If it happens again, tell whoever runs this server',
  ],
}

/** Something went wrong between us and the provider. The reference finds the reason in the log. */
export function problemPage(
  kind: UpstreamProblem['kind'],
  around: {
    readonly terms: ProviderTerms
    readonly others: readonly ProviderButton[]
    readonly passwords: boolean
    readonly requestId: string
  },
): Page {
  const { terms, others, passwords, requestId } = around
  const [title, text] = WRONG[kind](terms.name)
  const ways = [...others.map(({ name }) => name), ...(passwords ? ['your password'] : [])]
  return {
    title,
    body: html`<p>${text}${ways.length === 0 ? '' : `, or use ${ways.join(' or ')}`}.</p>
      <p><a class="button" href="/sign-in/form">Back to sign-in</a></p>
      <p class="dim">Reference: <code>${requestId}</code></p>`,
  }
}

/** The provider vouches for the person, but we do not let them in, or not like this. */
export function refusalPage(refusal: UpstreamRefusal, { id, name }: ProviderTerms, profile: UpstreamProfile): Page {
  const back = html`<p><a class="button" href="/sign-in/form">Back to sign-in</a></p>`
  const page = (title: string, text: string): Page => ({
    title,
    body: html`<p>${text}</p>
      !${back}`,
  })
  const address = profile.email?.address ?? 'this account'
  switch (refusal) {
    case 'not_allowed': {
      const unverified = profile.email?.verified === false ? ` ${name} does not say that ${address} is verified.` : ''
      return page(
        'You may not sign in here',
        `${address} at ${name} is not among those who may.${unverified} Use another account, or ask whoever runs this server.`,
      )
    }
    case 'sign_up_closed':
      return page(
        'There is no account for you here',
        'New accounts are not made this way. Ask whoever runs this server.',
      )
    case 'first_account':
      return page(
        'The first account is made otherwise',
        'Make it with the set-up code from the server’s log, or name in the configuration who may sign in with this provider.',
      )
    case 'email_taken':
      return {
        title: `${address} has an account already`,
        body: html`<p>
            An account with this address was made another way, and an address alone never opens an account. If it is
            yours, sign in to it as you did before, then connect ${name} to it.
          </p>
          <p>
            <a class="button" href="/sign-in/form?next=${encodeURIComponent(`/sign-in/with/${id}?link=1`)}"
              >Sign in and connect ${name}</a
            >
          </p>`,
      }
    case 'disabled':
      return page('This account is disabled', 'Ask whoever runs this server.')
    case 'connected_elsewhere':
      return page(
        'Not connected',
        `This account of ${name} belongs to another account here. Sign in with it to use that one.`,
      )
  }
}
