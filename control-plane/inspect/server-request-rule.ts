import { isRecord } from '../kernel/record.ts'
import { errorCode } from '../mcp/refusal.ts'
import type { ServerRequestRules } from '../routes/route-rules.ts'
import { pass, type JsonObject, type MessageRule, type Ruling } from './message-rule.ts'

/** The three things that a server may ask of a client, by method. */
const KIND_OF: Readonly<Record<string, keyof ServerRequestRules>> = {
  'sampling/createMessage': 'sampling',
  'elicitation/create': 'elicitation',
  'roots/list': 'roots',
}

/**
 * What a server asks of the client in the middle of a call: as a request on the stream (up to 2025-11-25), or as an
 * answer that says what input is needed (2026-07-28). What the route does not allow ends the call, because the server
 * would wait for an answer that nobody gives.
 */
export const serverRequestRule =
  (rules: ServerRequestRules): MessageRule =>
  (message) => {
    const { method, params, result } = message
    if (typeof method === 'string' && message['id'] !== undefined) return judge(rules, { method, params }, message)
    const wanted = isRecord(result) ? result['inputRequests'] : undefined
    if (!isRecord(wanted)) return pass(message)
    for (const request of Object.values(wanted)) {
      const asked = isRecord(request) ? request : {}
      const ruling = judge(rules, { method: asked['method'], params: asked['params'] }, message)
      if (ruling.kind !== 'pass') return ruling
    }
    return pass(message)
  }

function judge(
  rules: ServerRequestRules,
  asked: { readonly method: unknown; readonly params: unknown },
  message: JsonObject,
): Ruling {
  const { method } = asked
  // `ping` asks nothing of a person; what is not known is not let through to one.
  if (method === 'ping') return pass(message)
  const kind = typeof method === 'string' && Object.hasOwn(KIND_OF, method) ? KIND_OF[method] : undefined
  if (kind === undefined) return refused('something that is not known here')
  if (kind !== 'elicitation') return rules[kind] ? pass(message) : refused(kind)
  const params = isRecord(asked.params) ? asked.params : {}
  // MCP 2025-11-25, elicitation: a request without a mode is one for a form.
  const { mode } = params
  if (mode === undefined || mode === 'form') return rules.elicitation.form ? pass(message) : refused('elicitation')
  return mode === 'url' && isAllowedUrl(rules, params['url']) ? pass(message) : refused('elicitation at this URL')
}

function isAllowedUrl({ elicitation }: ServerRequestRules, written: unknown): boolean {
  if (elicitation.url === undefined || typeof written !== 'string' || !URL.canParse(written)) return false
  const { protocol, hostname, username, password } = new URL(written)
  // What stands before the "@" is there to look like a host.
  if (username !== '' || password !== '') return false
  const { schemes, hosts } = elicitation.url
  if (!schemes.includes(protocol.slice(0, -1))) return false
  return hosts === undefined || hosts.some((host) => isHost(hostname, host))
}

/** `*.example.com` is every host below it, and not itself. */
const isHost = (hostname: string, wanted: string): boolean =>
  wanted.startsWith('*.') ? hostname.endsWith(wanted.slice(1)) : hostname === wanted

const refused = (what: string): Ruling => ({
  kind: 'refuse',
  error: {
    code: errorCode.accessDenied,
    message: `The server asked the client for ${what}, which this route does not allow`,
    data: { code: 'server_request_denied' },
  },
})
