import type { RefusedToken } from '../audit/event.ts'
import type { Standing } from '../identity/standing.ts'
import type { AccessTokenClaims, AccessTokenVerifier } from '../oauth/access-token.ts'
import { judgeToken } from '../oauth/access-tokens.ts'
import type { DpopProblem, DpopVerifier } from '../oauth/dpop.ts'
import { DEFAULT_SCOPE } from '../oauth/support.ts'
import type { PolicyCaller } from '../policy/input.ts'
import type { GatewayRequest } from './gateway-request.ts'

/** Who asks, as far as it was proven. */
export type Credentials =
  | { readonly kind: 'none' }
  | Identified
  /** There are some, and they are not good. Why is for the owner's diagnosis, never for the caller. */
  | { readonly kind: 'refused'; readonly token: RefusedToken; readonly dpop?: DpopProblem }

export interface Identified {
  readonly kind: 'identified'
  readonly caller: PolicyCaller
  readonly grantId: string
  readonly expiresAtMs: number
}

export interface CredentialFacts {
  readonly standing: Standing
  readonly tokens: AccessTokenVerifier
  readonly proofs: DpopVerifier
  readonly issuer: string
  /** The MCP URL that is called. */
  readonly resource: string
  readonly nowMs: number
}

/** Invariants 3 and 4: a verified token, for exactly this URL, whose grant and user are still valid. */
export function readCredentials(request: GatewayRequest, facts: CredentialFacts): Credentials {
  const header = request.headers.get('authorization')
  if (header === undefined) return { kind: 'none' }
  const [, scheme, token] = /^(Bearer|DPoP) +([\w\-.~+/]+=*)$/i.exec(header) ?? []
  if (scheme === undefined || token === undefined) return refused('token_unknown')
  const { standing, nowMs } = facts
  const judged = judgeToken(token, { verifier: facts.tokens, standing, nowMs })
  if (judged.kind === 'unknown' || judged.claims.iss !== facts.issuer) return refused('token_unknown')
  const { claims } = judged
  if (judged.kind !== 'good') return refused(`token_${judged.kind}`, claims)
  if (claims.aud !== facts.resource) return refused('token_for_other_url', claims)
  const user = standing.findUser(claims.sub)
  const scopes = claims.scope.split(' ')
  if (user === undefined || !scopes.includes(DEFAULT_SCOPE)) return refused('token_ended', claims)
  // A bound token without its proof may be a stolen one; a proof for a token that is not bound proves nothing.
  if ((claims.cnf !== undefined) !== (scheme.toLowerCase() === 'dpop')) return refused('dpop', claims)
  const dpop = claims.cnf && judgeProof(request, facts, { token, thumbprint: claims.cnf.jkt })
  if (dpop !== undefined) return { ...refused('dpop', claims), dpop }
  const { id: userId, email } = user
  const caller = { userId, email, clientId: claims.client_id, scopes, claims: user.claims }
  return { kind: 'identified', caller, grantId: claims.gid, expiresAtMs: claims.exp * 1000 }
}

function judgeProof(
  request: GatewayRequest,
  facts: CredentialFacts,
  bound: { readonly token: string; readonly thumbprint: string },
): DpopProblem | undefined {
  return facts.proofs.judge(request.headers.get('dpop'), {
    method: request.method,
    url: facts.resource,
    accessToken: bound.token,
    thumbprint: bound.thumbprint,
    nowMs: facts.nowMs,
  })
}

const refused = (
  problem: RefusedToken['problem'],
  claims?: AccessTokenClaims,
): { readonly kind: 'refused'; readonly token: RefusedToken } => ({
  kind: 'refused',
  token: {
    problem,
    ...(claims && { audience: claims.aud, clientId: claims.client_id, grantId: claims.gid }),
  },
})
