import { furthestStep, isConnected, latest, outcomes, targetOf, type Attempt } from './attempt.ts'
import type { Problem, Sighting, Step } from './sighting.ts'

/** Who has to do something. */
export type Side = 'client' | 'person' | 'owner' | 'gateway' | 'nobody'

export interface Diagnosis {
  /** The step at which it stopped; undefined for an attempt that got through. */
  readonly stoppedAt: Step | undefined
  readonly side: Side
  readonly cause: string
  readonly advice: string
}

type Found = Omit<Diagnosis, 'stoppedAt'>

/** Where an attempt stopped, the probable cause, and what to do. */
export function diagnose(attempt: Attempt): Diagnosis {
  if (isConnected(attempt)) {
    return { stoppedAt: undefined, side: 'nobody', cause: 'The client is connected.', advice: 'Nothing to do.' }
  }
  const last = attempt.seen.at(-1)
  if (last?.outcome === 'failed') return { stoppedAt: last.step, ...explainFailure(attempt, last, last.problem) }
  const stoppedAt = nextAfter(attempt)
  return { stoppedAt, ...explainSilence(attempt, stoppedAt) }
}

/** The step that did not come, or that a person has not finished. */
function nextAfter(attempt: Attempt): Step {
  const seen = outcomes(attempt)
  if (seen.get('consent')?.outcome === 'waiting') return 'consent'
  if (seen.get('sign_in')?.outcome === 'waiting' && !seen.has('consent')) return 'sign_in'
  const NEXT: Readonly<Record<Step, Step>> = {
    challenge: 'resource_metadata',
    resource_metadata: 'server_metadata',
    server_metadata: 'authorize',
    registration: 'authorize',
    authorize: 'sign_in',
    sign_in: 'consent',
    consent: 'token',
    token: 'call',
    call: 'call',
  }
  return NEXT[furthestStep(attempt)]
}

function explainFailure(attempt: Attempt, failed: Sighting, problem: Problem | undefined): Found {
  const detail = problem?.detail === undefined ? '' : `: ${problem.detail}`
  const said = `${problem?.code ?? 'refused'}${detail}`
  switch (problem?.code ?? '') {
    case 'token_for_other_url':
      return {
        side: 'client',
        cause: `The client asked for a token for ${problem?.detail ?? 'another URL'}, but uses it at ${failed.resource ?? 'this one'}.`,
        advice: 'Enter the URL in the client exactly as the terminal shows it, then connect again.',
      }
    case 'token_expired':
      return {
        side: 'client',
        cause: 'The client sent an access token that has expired, and did not refresh it first.',
        advice: 'Most clients refresh after this answer. If yours does not, reconnect it, and tell its maker.',
      }
    case 'token_ended':
      return {
        side: 'person',
        cause: 'The permission behind this token was revoked, or its account was disabled.',
        advice: 'Connect the client again to give it a new permission.',
      }
    case 'token_unknown':
      return {
        side: 'client',
        cause: 'The client sent a token that this gateway did not issue.',
        advice: 'Remove any fixed Authorization header from the client’s settings, so that it signs in.',
      }
    case 'dpop':
      return {
        side: 'client',
        cause: 'The token is bound to a key, and the proof of that key was missing or not good (RFC 9449).',
        advice: 'A client that supports DPoP tries again by itself with the nonce that it was given.',
      }
    case 'identity_provider':
      return {
        side: 'gateway',
        cause: `The sign-in at the identity provider failed (${problem?.detail ?? 'no reason given'}).`,
        advice: 'Try again. If it stays so, whoever runs this server finds the reason in its log.',
      }
    case 'not_allowed':
    case 'sign_up_closed':
    case 'first_account':
    case 'email_taken':
    case 'disabled':
      return {
        side: 'person',
        cause: `The identity provider vouches for the person, but they may not come in here: ${said}.`,
        advice: 'Use another account, or ask whoever runs this server.',
      }
    case 'access_denied':
      return failed.step === 'call'
        ? {
            side: 'owner',
            cause: 'The client is signed in, but the policy allows this account nothing here.',
            advice: 'Sign in with another account, or ask the owner of the tunnel for a rule.',
          }
        : { side: 'person', cause: 'The person said no.', advice: 'Connect again and choose Allow.' }
    case 'offline':
      return {
        side: 'owner',
        cause: 'The client is signed in, but the tunnel is not open.',
        advice: 'Run the ssh command on the computer that has the MCP server.',
      }
    case 'invalid_target':
      return {
        side: 'client',
        cause: `The client asked for a resource that is not here (${failed.resource ?? 'none at all'}), while its URL is ${targetOf(attempt) ?? 'unknown'}.`,
        advice: 'The client has to send the URL from the resource metadata as "resource" (RFC 8707).',
      }
    case 'invalid_redirect_uri':
    case 'invalid_client_metadata':
      return {
        side: 'client',
        cause: `The registration was refused: ${said}.`,
        advice: 'The client’s maker has to correct it.',
      }
    case 'invalid_client':
      return {
        side: 'client',
        cause: `The client is not known here, or did not prove itself: ${said}.`,
        advice: 'Remove the server from the client and add it again, so that it registers anew.',
      }
    case 'invalid_grant':
      return {
        side: 'client',
        cause: `The code or refresh token was not good: ${said}.`,
        advice: 'Connect again. If it happens each time, the client mixes up its codes or sends another redirect_uri.',
      }
    default:
      return { side: 'client', cause: `The gateway refused this step: ${said}.`, advice: 'See the step’s error above.' }
  }
}

function explainSilence(attempt: Attempt, missing: Step): Found {
  const host = latest(attempt, 'redirectHost') ?? 'the client'
  switch (missing) {
    case 'resource_metadata':
      return {
        side: 'client',
        cause: 'The client was told to sign in, but did not read where (the resource metadata, RFC 9728).',
        advice: 'It may not support OAuth for remote servers, or only older revisions: update it.',
      }
    case 'server_metadata':
      return {
        side: 'client',
        cause: 'The client read the resource metadata, but not that of the authorization server.',
        advice:
          'It may be unable to reach the sign-in host from where it runs: check its network, proxy and certificates.',
      }
    case 'authorize':
      return outcomes(attempt).has('registration')
        ? {
            side: 'client',
            cause: 'The client registered, but no browser was opened for the sign-in.',
            advice: 'Look for a link or a “Connect” button in the client, or for a browser window that was blocked.',
          }
        : {
            side: 'client',
            cause: 'The client read all metadata, but neither registered nor opened a browser.',
            advice:
              'Look for a “Connect” or “Sign in” button in the client. A client with a fixed client id needs that id configured.',
          }
    case 'sign_in':
      return {
        side: 'person',
        cause: 'The sign-in page was opened, but nobody has signed in yet.',
        advice: 'Finish the sign-in in the browser, or start again from the client.',
      }
    case 'consent':
      return {
        side: 'person',
        cause: 'The person is signed in, but has not answered whether the client may connect.',
        advice: 'Choose Allow in the browser, or start again from the client.',
      }
    case 'token':
      return {
        side: 'client',
        cause: `The browser was sent back to ${host}, but the client did not fetch its token.`,
        advice:
          'The answer may not have reached it: the client has ended, runs on another computer than the browser, or its port is blocked.',
      }
    case 'challenge':
    case 'registration':
    case 'call':
      return {
        side: 'client',
        cause: 'The client has its token, but has not called yet.',
        advice:
          'Restart the client or reload its tools. If it still does not call, the fault is in the client: give its maker this page.',
      }
  }
}
