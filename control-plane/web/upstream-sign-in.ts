import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Problem } from '../attempts/sighting.ts'
import type { Identities } from '../identity/identities.ts'
import type { IdentityProvider, SignInAttempt, UpstreamProblem } from '../identity/identity-provider.ts'
import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { localPath, networkOf, show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { isFresh } from './own-session.ts'
import { message } from './pages/layout.ts'
import { signInAgainPage } from './pages/sign-in-again.ts'
import { connectPage, problemPage, refusalPage } from './pages/upstream-sign-in.ts'
import type { BrowserAttempt, UpstreamAttempts } from './upstream-attempt.ts'

/** Each costs the provider a request, so nobody makes us ask too often. */
const RATE = { max: 60, timeWindow: '1 minute' }

const STATUS: Readonly<Record<UpstreamProblem['kind'], number>> = {
  unreachable: 503,
  declined: 403,
  ended: 410,
  clocks_differ: 502,
  misconfigured: 502,
  untrusted: 502,
}

/** To learn where a provider's sign-in is; nobody is sent there with it. */
const NO_ATTEMPT: SignInAttempt = { state: '', nonce: '', verifier: '', redirectUri: '' }

interface Ports {
  readonly providers: ReadonlyMap<string, IdentityProvider>
  readonly identities: Identities
  readonly attempts: UpstreamAttempts
  readonly browser: Browser
  readonly publicOrigin: string
  readonly passwords: boolean
  /** Where it is kept how far a client came: a sign-in that fails may be the step that stopped it. */
  readonly noteFailure: (next: string, network: string, problem: Problem) => void
  readonly clock: Clock
  readonly log: Log
}

type ProviderRequest = FastifyRequest<{ Params: { id: string }; Querystring: Fields; Body?: Fields }>

/** Signing in at an identity provider, and connecting one to an account. */
export function upstreamSignInRoutes(app: FastifyInstance, ports: Ports): void {
  const { providers, attempts, browser } = ports

  app.get<{ Params: { id: string }; Querystring: Fields }>(
    '/sign-in/with/:id',
    { config: { rateLimit: RATE } },
    async (request, reply) => {
      const provider = providers.get(request.params.id)
      if (provider === undefined) return unknownProvider(reply)
      const next = localPath(request.query['next'])
      if (field(request.query, 'link') === '')
        return begin(provider, ports, { request, reply, next, connectTo: undefined })
      const session = await browser.findSession(request)
      if (session === undefined) return reply.redirect(`/sign-in/form?next=${encodeURIComponent(request.url)}`, 303)
      if (!isFresh(session, ports.clock)) return show(reply, signInAgainPage, 403)
      const { user } = session
      const probe = await provider.begin(NO_ATTEMPT, { choose: false })
      if (!probe.ok) return refuseProblem(provider, probe.error, ports, { request, reply, next })
      const leadsTo = probe.value.origin
      return show(reply, connectPage({ terms: provider.terms, user, next, leadsTo, csrf: reply.generateCsrf() }))
    },
  )

  // By a form with a token: otherwise any page could connect the identity that is signed in at the provider right now.
  app.post<{ Params: { id: string }; Querystring: Fields; Body: Fields }>(
    '/sign-in/with/:id',
    { preHandler: app.csrfProtection, config: { rateLimit: RATE } },
    async (request, reply) => {
      const provider = providers.get(request.params.id)
      if (provider === undefined) return unknownProvider(reply)
      const session = await browser.findSession(request)
      const next = localPath(request.body['next'])
      if (session === undefined) return reply.redirect('/sign-in/form', 303)
      // It is a way in from then on, like a passkey.
      if (!isFresh(session, ports.clock)) return show(reply, signInAgainPage, 403)
      return begin(provider, ports, { request, reply, next, connectTo: session.user.id })
    },
  )

  app.get<{ Params: { id: string }; Querystring: Fields }>(
    '/sign-in/callback/:id',
    { config: { rateLimit: RATE } },
    async (request, reply) => {
      const provider = providers.get(request.params.id)
      if (provider === undefined) return unknownProvider(reply)
      const answer = { providerId: provider.terms.id, state: field(request.query, 'state') }
      const attempt = attempts.take(request, reply, answer)
      if (attempt === undefined) {
        const text = 'It was finished already, took longer than ten minutes, or began in another browser. Start again.'
        return show(reply, message('This sign-in has ended', text), 410)
      }
      const callback = new URL(request.url, ports.publicOrigin)
      const upstream = await provider.finish(callback, attempt)
      const { next } = attempt
      if (!upstream.ok) return refuseProblem(provider, upstream.error, ports, { request, reply, next })
      const { profile, warnings } = upstream.value
      for (const warning of warnings) {
        ports.log.warn('identity.claims_dropped', { provider: provider.terms.id, subject: profile.subject, warning })
      }
      const user = await whoIs(request, attempt, ports)
      if (user === 'changed') {
        const text = 'Another account has signed in here since you began. Sign in to yours and start again.'
        return show(reply, message('Not connected', text), 409)
      }
      const outcome =
        user === undefined
          ? await ports.identities.signIn(provider, upstream.value)
          : await ports.identities.connect(provider, upstream.value, user)
      if (!outcome.ok) {
        const facts = { provider: provider.terms.id, refusal: outcome.error, ...referenceOf(request) }
        ports.log.warn('identity.refused', facts)
        ports.noteFailure(next, networkOf(request), { code: outcome.error, detail: `by ${provider.terms.name}` })
        return show(reply, refusalPage(outcome.error, provider.terms, profile), 403)
      }
      if (user === undefined) await browser.signIn(outcome.value, reply)
      return reply.redirect(attempt.next, 303)
    },
  )
}

async function begin(
  provider: IdentityProvider,
  ports: Ports,
  facts: Pick<BrowserAttempt, 'next' | 'connectTo'> & {
    readonly request: ProviderRequest
    readonly reply: FastifyReply
  },
): Promise<FastifyReply> {
  const { request, reply, next, connectTo } = facts
  const { id } = provider.terms
  const redirectUri = `${ports.publicOrigin}/sign-in/callback/${id}`
  const attempt = ports.attempts.begin(reply, { next, connectTo, redirectUri, providerId: id })
  const address = await provider.begin(attempt, {
    choose: field(request.query, 'choose') !== '' || connectTo !== undefined,
  })
  if (!address.ok) return refuseProblem(provider, address.error, ports, facts)
  // Our pages send no referrer; neither does this redirect, whose address is full of secrets.
  return reply.header('referrer-policy', 'no-referrer').redirect(address.value.href, 303)
}

/** Who connects an identity: undefined for a sign-in, `changed` when the browser is somebody else's now. */
async function whoIs(
  request: FastifyRequest,
  attempt: BrowserAttempt,
  { browser }: Ports,
): Promise<User | undefined | 'changed'> {
  if (attempt.connectTo === undefined) return undefined
  const user = await browser.findUser(request)
  return user?.id === attempt.connectTo ? user : 'changed'
}

function refuseProblem(
  provider: IdentityProvider,
  problem: UpstreamProblem,
  ports: Ports,
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly next: string },
): FastifyReply {
  const { request, reply } = exchange
  const facts = { provider: provider.terms.id, kind: problem.kind, detail: problem.detail, ...referenceOf(request) }
  ports.log.warn('identity.sign_in_failed', facts)
  const what = `${provider.terms.name}: ${problem.kind}`
  ports.noteFailure(exchange.next, networkOf(request), { code: 'identity_provider', detail: what })
  const others = [...ports.providers.values()].filter((other) => other !== provider).map(({ terms }) => terms)
  const { requestId } = referenceOf(request)
  const page = problemPage(problem.kind, { terms: provider.terms, others, passwords: ports.passwords, requestId })
  return show(reply, page, STATUS[problem.kind])
}

/** Envoy makes the id and removes what a client wrote there. */
const referenceOf = (request: FastifyRequest): { readonly requestId: string } => ({
  requestId: String(request.headers['x-request-id'] ?? ''),
})

const unknownProvider = (reply: FastifyReply): FastifyReply =>
  show(reply, message('Not found', 'There is no such identity provider here.'), 404)
