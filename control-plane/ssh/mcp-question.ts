/**
 * Whether what answers behind a tunnel is an MCP server, and where. The question is a `ping`, which has no effect and which
 * a server of either era answers, if only with an error of JSON-RPC, also where it wants a session first.
 */
import type { ConnectorHealth } from '../tunnels/connector.ts'

export interface Question {
  readonly method: 'POST' | 'GET'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** As much of an answer as tells. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly asksForSignIn: boolean
  /** Its beginning. */
  readonly body: string
}

/** What is known of a server so far, and what to ask next. */
export type Finding =
  | { readonly kind: 'ask'; readonly question: Question }
  | { readonly kind: 'found'; readonly health: ConnectorHealth; readonly path: string | undefined }

export const ASKER = 'sallyport-health'

const ping = (path: string): Question => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: ASKER, method: 'ping' }),
})
/** Servers of the transport before 2025-03-26 open their stream at a path of its own. */
const oldStream = (path: string): Question => ({
  method: 'GET',
  path,
  headers: { accept: 'text/event-stream' },
  body: '',
})

/** Where servers put their endpoint when it is not where the URL says. */
const elsewhere = (path: string): readonly Question[] =>
  [ping('/mcp'), ping('/'), ping('/mcp/'), ping('/api/mcp'), oldStream('/sse')].filter((one) => one.path !== path)

/** Asks at `path`, and where that is not it, at the usual places. `next` takes undefined where no HTTP came back. */
export function askForMcp(path: string): { readonly first: Question; next(answer: Answer | undefined): Finding } {
  const others = [...elsewhere(path)]
  let asked = ping(path)
  return {
    first: asked,
    next(answer) {
      const isFirst = asked.path === path
      const found = (health: ConnectorHealth, at?: string): Finding => ({ kind: 'found', health, path: at })
      if (answer === undefined) return found(isFirst ? 'not_mcp' : 'unknown')
      if (speaksMcp(answer)) return isFirst ? found('ok', path) : found('wrong_path', asked.path)
      // A server with a sign-in of its own, or in trouble: it answers, and more cannot be known.
      if (isFirst && (answer.asksForSignIn || isTrouble(answer))) return found('ok', path)
      const next = others.shift()
      if (next === undefined) return found('not_mcp')
      asked = next
      return { kind: 'ask', question: next }
    },
  }
}

/** 501 is none: a web server that knows no POST. */
const isTrouble = ({ status }: Answer): boolean => status >= 500 && status !== 501

function speaksMcp({ status, contentType, body }: Answer): boolean {
  if (status === 200 && contentType.startsWith('text/event-stream')) return true
  if (!contentType.startsWith('application/json')) return false
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0'
  } catch {
    return false
  }
}
