/**
 * Files that a person opened to everybody, such as the scripts and images of a widget: the only requests that go to an upstream
 * without a question to the policy. They are read and nothing else, and nobody's name or secret goes with them.
 */
import { tunnelNameIn } from '../routes/publication.ts'
import { chooseConnector } from './choose-connector.ts'
import type { GatewayRequest } from './gateway-request.ts'
import type { Hearing } from './hearing.ts'
import { sendCounted } from './limited.ts'
import { record, type Judged } from './record.ts'
import { offline, plain, targetRefused } from './refusals.ts'
import type { RefusePlain, Verdict } from './verdict.ts'

/** What a page loads as a part of itself. A document, a frame or a worker would be a page of its own, on our origin or beside it. */
const DESTINATIONS = new Set(['script', 'style', 'image', 'font', 'empty'])
/** Nothing of MCP, and nothing that speaks of a session. */
const isRemoved = (header: string): boolean => header.startsWith('mcp-') || header === 'last-event-id'
/** Nobody's token bounds the answer. */
const MAX_ANSWER_MS = 5 * 60_000

/** Widgets run in sandboxed frames, whose origin is nobody's. What is opened as a page all the same runs nothing. */
const ANSWER_HEADERS = {
  'access-control-allow-origin': '*',
  'content-security-policy': 'sandbox',
  'x-content-type-options': 'nosniff',
}

/**
 * Whether the route is one of public assets now: a labelled personal tunnel of which all connectors were opened by their person,
 * under a configuration that allows it.
 */
export function isPublicRoute({ world, route }: Hearing): boolean {
  if (world.publication.publicAssets !== true) return false
  if (world.publication.routes.has(route.key) || tunnelNameIn(route.key) === route.key) return false
  const serving = world.presence.serving(route.key)
  return serving.length > 0 && serving.every(({ isPublic }) => isPublic)
}

/** The same for everybody: a token changes nothing, also that of the owner. */
export function judgeAsset(hearing: Hearing): Judged {
  const rule = 'public assets'
  const refusal = refuseOther(hearing.request)
  if (refusal !== undefined) return record(hearing, refusal, { rule })
  const nobody = { userId: undefined, clientId: undefined, tool: undefined, rpcId: undefined }
  const { verdict, limit } = sendCounted(hearing, nobody, (holdsSlot) => send(hearing, holdsSlot))
  return record(hearing, verdict, { limit, rule })
}

function refuseOther({ method, headers, body }: GatewayRequest): RefusePlain | undefined {
  const reads = (method === 'GET' || method === 'HEAD') && body.length === 0
  if (!reads || headers.has('upgrade')) return plain(405, 'These are public assets: use GET or HEAD without a body')
  if (/text\/event-stream/i.test(headers.get('accept') ?? '')) return plain(406, 'These are public assets: no streams')
  const destination = headers.get('sec-fetch-dest')
  if (destination === undefined || DESTINATIONS.has(destination)) return undefined
  return plain(403, 'These are public assets, which pages load: not a page')
}

function send(hearing: Hearing, holdsSlot: boolean): Verdict {
  const { world, route, request, location, nowMs } = hearing
  // One of those that were looked at: the route's own cluster may have a newcomer that is not public.
  const how = { presence: world.presence, connectorId: undefined, beginsSession: true, nowMs }
  const choice = chooseConnector(route, how)
  if (choice.kind !== 'chosen') {
    return choice.kind === 'refused' ? targetRefused(hearing, undefined, choice.target) : offline(hearing, undefined)
  }
  return {
    kind: 'allow',
    cluster: choice.cluster,
    rpcId: undefined,
    prefix: location.prefix,
    removeHeaders: [...request.headers.keys()].filter(isRemoved),
    upstreamHeaders: [],
    answerHeaders: ANSWER_HEADERS,
    session: undefined,
    seal: undefined,
    facts: undefined,
    inspect: false,
    hold: false,
    upstreamToken: undefined,
    holdsSlot,
    expiresInMs: MAX_ANSWER_MS,
  }
}
