import { Secret } from '../kernel/secret.ts'
import type { Publication, Route } from '../routes/publication.ts'
import type { UpstreamHeader } from '../routes/upstream-side.ts'
import { errorCode } from '../mcp/refusal.ts'
import type { Message } from '../mcp/message.ts'
import { isBelow } from '../upstream-connections/resource.ts'
import type { TokenCopy } from '../upstream-connections/token-copy.ts'
import type { Verdict } from './verdict.ts'

/** About what a refresh takes. */
const RETRY_AFTER_MS = 2000

/** What a route whose server demands OAuth needs for a call. */
export type UpstreamTokenChoice =
  | { readonly kind: 'not_needed' }
  | { readonly kind: 'chosen'; readonly header: UpstreamHeader; readonly generation: string }
  /** The server's tokens are a person's, and nobody is there. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'sign_in'; readonly link: string; readonly server: string }
  /** The token has just expired and its successor is not here yet. */
  | { readonly kind: 'renewing' }
  /** Not the server for which the token was issued. */
  | { readonly kind: 'elsewhere' }

/** Throws when the copy is stale: a person may have disconnected. */
export function chooseUpstreamToken(
  { key, side }: Route,
  facts: {
    readonly publication: Publication
    readonly upstreamTokens: TokenCopy
    readonly userId: string | undefined
    /** As the upstream will see it, without the query. */
    readonly path: string
    readonly nowMs: number
  },
): UpstreamTokenChoice {
  const { oauth } = side ?? {}
  if (oauth === undefined) return { kind: 'not_needed' }
  const { pathname, host } = new URL(oauth.url)
  if (!isBelow(facts.path, pathname)) return { kind: 'elsewhere' }
  if (facts.userId === undefined) return { kind: 'nobody' }
  if (!facts.upstreamTokens.isFresh(facts.nowMs)) throw new Error('The copy of upstream tokens is stale')
  const entry = facts.upstreamTokens.find({ userId: facts.userId, route: key })
  if (entry === undefined) {
    const link = new URL('/upstream/connect', facts.publication.addressing.publicUrl)
    link.searchParams.set('route', key)
    return { kind: 'sign_in', link: link.href, server: host }
  }
  if (entry.expiresAtMs !== undefined && entry.expiresAtMs <= facts.nowMs) return { kind: 'renewing' }
  const value = new Secret(`Bearer ${entry.accessToken.reveal()}`)
  return { kind: 'chosen', header: { name: 'authorization', value }, generation: entry.generation }
}

/** What the server behind the route wants is between it and the person: the client gets words and a link, no challenge. */
export function refuseUntilSignedIn(
  why: Extract<UpstreamTokenChoice, { kind: 'sign_in' | 'renewing' | 'elsewhere' }>,
  message: Message | undefined,
  requestId: string,
): Verdict {
  if (why.kind === 'elsewhere') {
    return { kind: 'refuse_plain', status: 404, message: 'Only the MCP URL of this route is served' }
  }
  const { status, text, data } =
    why.kind === 'renewing'
      ? {
          status: 503,
          text: 'The sign-in at the server behind this tunnel is being renewed: try again in a moment',
          data: { code: 'upstream_sign_in_renewing', requestId, retryAfterMs: RETRY_AFTER_MS },
        }
      : {
          status: 403,
          text: `${why.server} wants you to sign in there first: open ${why.link} and then try again`,
          data: { code: 'upstream_sign_in_required', requestId, url: why.link },
        }
  if (message?.kind !== 'request') return { kind: 'refuse_plain', status, message: text }
  const error = { code: errorCode.upstreamSignIn, message: text, data }
  return { kind: 'refuse', status: 200, rpcId: message.id, error }
}
