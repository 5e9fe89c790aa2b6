import { isRecord } from '../kernel/record.ts'
import { BROWSER_ORIGIN } from './browser-origin.ts'
import type { Finding, Report } from './finding.ts'
import { examineResourceMetadata } from './resource-metadata.ts'
import { Unreachable, type Answer, type Probe } from './probe.ts'
import { examineServer } from './server-metadata.ts'

/** What a client of the 2025-11-25 revision sends first. */
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'sallyport-doctor', version: '1' } },
})

/** Walks the client's side of the discovery, up to the point where a person would be asked. Registers nothing. */
export async function examine(url: string, probe: Probe): Promise<Report> {
  const findings: Finding[] = []
  const note = (finding: Finding): void => void findings.push(finding)
  let answer: Answer
  try {
    answer = await probe(url, {
      method: 'POST',
      body: INITIALIZE,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        origin: BROWSER_ORIGIN,
      },
    })
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause
    const advice = 'Check the URL, and whether this computer may reach it (VPN, proxy, firewall).'
    note({ step: 'challenge', outcome: 'failed', what: `Cannot reach the server: ${cause.message}`, advice })
    return { url, findings, reached: false }
  }
  const challenge = examineChallenge(answer, note)
  if (challenge === undefined) return { url, findings, reached: true }
  const issuer = await examineResourceMetadata(url, challenge, { probe, note })
  if (issuer !== undefined) await examineServer(issuer, { probe, note })
  return { url, findings, reached: true }
}

interface Challenge {
  /** From the header; undefined where it does not say. */
  readonly resourceMetadataUrl: string | undefined
}

function examineChallenge(answer: Answer, note: (finding: Finding) => void): Challenge | undefined {
  const step = 'challenge'
  const { status, headers } = answer
  if (status !== 401) {
    note({ step, ...explainNoChallenge(answer) })
    return undefined
  }
  const header = headers.get('www-authenticate')
  const resourceMetadataUrl = /resource_metadata="([^"]+)"/.exec(header ?? '')?.[1]
  if (header === null || !/^Bearer\b/i.test(header)) {
    const what = `401 ${header === null ? 'without WWW-Authenticate' : `with "${header.slice(0, 80)}"`}`
    note({ step, outcome: 'warning', what, advice: 'SDKs read the challenge only where it begins with "Bearer".' })
  } else if (resourceMetadataUrl === undefined) {
    const advice = 'Clients fall back to the well-known path; since 2025-06-18 the challenge should name it.'
    note({ step, outcome: 'warning', what: '401, and the challenge has no resource_metadata', advice })
  } else {
    note({ step, outcome: 'ok', what: `401 with a challenge that names ${resourceMetadataUrl}` })
  }
  if (headers.get('access-control-allow-origin') === null) {
    const advice = `Allow the client’s origin (such as ${BROWSER_ORIGIN}) and expose WWW-Authenticate, also on 401.`
    note({
      step,
      outcome: 'warning',
      what: 'Clients that run in a browser page cannot read the challenge (CORS)',
      advice,
    })
  }
  return { resourceMetadataUrl }
}

function explainNoChallenge({ status, headers, json }: Answer): Omit<Finding, 'step'> {
  const location = headers.get('location')
  if (status >= 200 && status < 300) {
    const isMcp =
      headers.get('content-type')?.includes('event-stream') === true || (isRecord(json) && 'jsonrpc' in json)
    return isMcp
      ? { outcome: 'ok', what: 'The server answers without a sign-in: there is nothing to discover' }
      : {
          outcome: 'failed',
          what: `${status}, but the answer is no MCP`,
          advice: 'Is this the URL of the MCP endpoint? It often ends in /mcp.',
        }
  }
  if (status >= 300 && status < 400) {
    return {
      outcome: 'failed',
      what: `The server redirects to ${location ?? 'nowhere'}`,
      advice: 'Clients do not follow a redirected POST: use the final URL.',
    }
  }
  if (status === 404) {
    return {
      outcome: 'failed',
      what: '404: nothing is served at this path',
      advice: 'The MCP endpoint often ends in /mcp.',
    }
  }
  if (status === 403) {
    return {
      outcome: 'failed',
      what: '403 where a 401 would start the sign-in',
      advice: 'A client without a token has to be answered with 401.',
    }
  }
  if (status >= 500) {
    return {
      outcome: 'failed',
      what: `${status}: the server or its tunnel has a problem`,
      advice: 'Is the tunnel open and the MCP server running?',
    }
  }
  return { outcome: 'failed', what: `${status}, where 401 or an MCP answer was expected` }
}
