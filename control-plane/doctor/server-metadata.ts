import { isRecord } from '../kernel/record.ts'
import { serverMetadataPlaces } from '../kernel/well-known.ts'
import { BROWSER_ORIGIN } from './browser-origin.ts'
import type { Finding } from './finding.ts'
import { ask, type Probe } from './probe.ts'

interface Tools {
  readonly probe: Probe
  readonly note: (finding: Finding) => void
}

/** Finds and judges the authorization server's metadata and touches its endpoints. */
export async function examineServer(issuer: string, tools: Tools): Promise<void> {
  const metadata = await findMetadata(issuer, tools)
  if (metadata === undefined) return
  judgeRegistration(metadata, tools.note)
  await touchRegistration(metadata, tools)
  await touchAuthorize(metadata, tools)
  await touchToken(metadata, tools)
}

async function findMetadata(issuer: string, { probe, note }: Tools): Promise<Record<string, unknown> | undefined> {
  const step = 'server_metadata'
  for (const place of serverMetadataPlaces(issuer)) {
    const answer = await ask(probe, place, { headers: { accept: 'application/json' } })
    if (answer?.status !== 200 || !isRecord(answer.json)) continue
    judgeMetadata(issuer, place, answer.json, note)
    return answer.json
  }
  const advice = `Serve it at ${serverMetadataPlaces(issuer)[0]} (RFC 8414 §3).`
  note({ step, outcome: 'failed', what: `${issuer} has no authorization server metadata`, advice })
  return undefined
}

function judgeMetadata(
  issuer: string,
  place: string,
  metadata: Record<string, unknown>,
  note: (finding: Finding) => void,
): void {
  const step = 'server_metadata'
  const before: Finding[] = []
  const lists = (name: string, value: string): boolean => {
    const list = metadata[name]
    return Array.isArray(list) && list.includes(value)
  }
  if (metadata['issuer'] !== issuer) {
    const what = `"issuer" is ${JSON.stringify(metadata['issuer'])}, but the resource metadata names ${issuer}`
    before.push({ step, outcome: 'failed', what, advice: 'Clients compare them and stop (RFC 8414 §3.3).' })
  }
  for (const name of ['authorization_endpoint', 'token_endpoint']) {
    if (typeof metadata[name] !== 'string') before.push({ step, outcome: 'failed', what: `"${name}" is missing` })
  }
  if (!lists('code_challenge_methods_supported', 'S256')) {
    const advice = 'Clients of 2025-11-25 refuse a server that does not say it.'
    before.push({ step, outcome: 'failed', what: 'code_challenge_methods_supported does not list S256', advice })
  }
  if (metadata['authorization_response_iss_parameter_supported'] !== true) {
    const advice = 'Without "iss" clients cannot tell a mixed-up answer (RFC 9207).'
    before.push({ step, outcome: 'warning', what: 'Authorization responses carry no issuer', advice })
  }
  if (Array.isArray(metadata['grant_types_supported']) && !lists('grant_types_supported', 'refresh_token')) {
    const advice = 'People will have to sign in each time the access token expires.'
    before.push({ step, outcome: 'warning', what: 'There are no refresh tokens', advice })
  }
  for (const finding of before) note(finding)
  if (before.every(({ outcome }) => outcome !== 'failed')) note({ step, outcome: 'ok', what: place })
}

function judgeRegistration(metadata: Record<string, unknown>, note: (finding: Finding) => void): void {
  const step = 'registration'
  const ways = [
    ...(metadata['client_id_metadata_document_supported'] === true ? ['client ID metadata documents'] : []),
    ...(typeof metadata['registration_endpoint'] === 'string' ? ['dynamic registration'] : []),
  ]
  if (ways.length > 0) {
    note({ step, outcome: 'ok', what: `Clients can introduce themselves by ${ways.join(' and ')}` })
    return
  }
  const advice = 'Enter a client id in the client’s settings, or offer dynamic registration (RFC 7591).'
  note({
    step,
    outcome: 'warning',
    what: 'Clients that are not known there already cannot introduce themselves',
    advice,
  })
}

async function touchRegistration(metadata: Record<string, unknown>, { probe, note }: Tools): Promise<void> {
  const endpoint = metadata['registration_endpoint']
  if (typeof endpoint !== 'string') return
  const headers = {
    origin: BROWSER_ORIGIN,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  }
  const answer = await ask(probe, endpoint, { method: 'OPTIONS', headers })
  if (answer?.headers.get('access-control-allow-origin') != null) return
  const what = 'Clients that run in a browser page cannot register (CORS)'
  note({
    step: 'registration',
    outcome: 'warning',
    what,
    advice: `Answer OPTIONS at ${endpoint} with Access-Control-Allow-Origin.`,
  })
}

async function touchAuthorize(metadata: Record<string, unknown>, { probe, note }: Tools): Promise<void> {
  const endpoint = metadata['authorization_endpoint']
  if (typeof endpoint !== 'string') return
  const step = 'authorize'
  const answer = await ask(probe, endpoint)
  // Without parameters an error page is right; what must not be is nothing at all.
  if (answer !== undefined && answer.status !== 404 && answer.status < 500) {
    note({ step, outcome: 'ok', what: `${endpoint} answers` })
  } else {
    note({ step, outcome: 'failed', what: `${endpoint} answers ${answer?.status ?? 'nothing'}` })
  }
}

async function touchToken(metadata: Record<string, unknown>, { probe, note }: Tools): Promise<void> {
  const endpoint = metadata['token_endpoint']
  if (typeof endpoint !== 'string') return
  const step = 'token'
  const form = new URLSearchParams({ grant_type: 'authorization_code', code: 'none', client_id: 'sallyport-doctor' })
  const answer = await ask(probe, endpoint, { method: 'POST', body: form, headers: { origin: BROWSER_ORIGIN } })
  const isRight =
    answer !== undefined && [400, 401].includes(answer.status) && isRecord(answer.json) && 'error' in answer.json
  if (!isRight) {
    const what = `${endpoint} answers ${answer?.status ?? 'nothing'} to a code that does not exist`
    note({ step, outcome: 'failed', what, advice: 'Expected 400 or 401 with a JSON error (RFC 6749 §5.2).' })
    return
  }
  note({ step, outcome: 'ok', what: `${endpoint} refuses a code that does not exist` })
  if (answer.headers.get('access-control-allow-origin') === null) {
    note({ step, outcome: 'warning', what: 'Clients that run in a browser page cannot fetch tokens (CORS)' })
  }
}
