import { isLoopbackHostname } from '../kernel/loopback.ts'
import { isRecord } from '../kernel/record.ts'
import { resourceMetadataPlaces } from '../kernel/well-known.ts'
import type { Finding } from './finding.ts'
import { ask, type Probe } from './probe.ts'

interface Tools {
  readonly probe: Probe
  readonly note: (finding: Finding) => void
}

const step = 'resource_metadata'
const HEADERS = { accept: 'application/json', 'mcp-protocol-version': '2025-11-25' }

/** Finds and judges the protected resource metadata (RFC 9728); the issuer that it names, or undefined. */
export async function examineResourceMetadata(
  url: string,
  challenge: { readonly resourceMetadataUrl: string | undefined },
  { probe, note }: Tools,
): Promise<string | undefined> {
  const places = resourceMetadataPlaces(url)
  for (const place of new Set([challenge.resourceMetadataUrl ?? places[0], ...places])) {
    const answer = await ask(probe, place, { headers: HEADERS })
    if (answer === undefined || answer.status !== 200 || !isRecord(answer.json)) {
      if (place === challenge.resourceMetadataUrl) {
        const what = `${place} answers ${answer?.status ?? 'nothing'}, though the challenge names it`
        note({ step, outcome: 'failed', what, advice: 'Serve the metadata as JSON there, without a sign-in.' })
      }
      continue
    }
    return judge(url, place, answer.json, note)
  }
  note({
    step,
    outcome: 'failed',
    what: 'There is no protected resource metadata',
    advice: `Serve it at ${places[0]} (RFC 9728 §3.1).`,
  })
  return undefined
}

function judge(
  url: string,
  place: string,
  metadata: Record<string, unknown>,
  note: (finding: Finding) => void,
): string | undefined {
  const { resource, authorization_servers: servers } = metadata
  const [issuer]: unknown[] = Array.isArray(servers) ? servers : []
  if (resource !== url) {
    const what = `"resource" is ${JSON.stringify(resource)}, but the URL is ${url}`
    const advice = 'Clients compare them, slash included, and stop: they have to be the same.'
    note({ step, outcome: 'failed', what, advice })
  }
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) {
    note({
      step,
      outcome: 'failed',
      what: `${place} names no authorization server`,
      advice: 'Add "authorization_servers".',
    })
    return undefined
  }
  const { protocol, hostname } = new URL(issuer)
  if (protocol !== 'https:' && !isLoopbackHostname(hostname)) {
    note({
      step,
      outcome: 'failed',
      what: `The authorization server ${issuer} is not https`,
      advice: 'Clients refuse it.',
    })
  }
  if (resource === url) note({ step, outcome: 'ok', what: `${place} names ${issuer}` })
  return issuer
}
