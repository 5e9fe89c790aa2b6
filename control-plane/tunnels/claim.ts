import { err, ok, type Result } from '../kernel/result.ts'
import type { Policy } from '../policy/compile.ts'
import { decide } from '../policy/decide.ts'
import { callerWithoutClient, NOTHING_NAMED } from '../policy/input.ts'
import { baseUrlOf, mcpUrlOf } from '../routes/addressing.ts'
import { tunnelNameIn, type Publication } from '../routes/publication.ts'
import { labelOf, type ForwardRequest } from './forward.ts'
import type { Claim, Claimant, ClaimRefusal } from './tunnel-claims.ts'

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/
/** Would be mistaken for parts of the gateway in a host name or a path. */
const RESERVED = new Set(['authorizer', 'control', 'oauth', 'sallyport', 'sign-in', 'web', 'www', 'xds'])

/**
 * The name that a forward gets (invariant 9): a user's own name, or one that ends in it, or a route from YAML whose
 * `ssh_policy` lets the user serve it. `taken` are the routes that the same connection serves already.
 */
export function claimRoute(
  publication: Publication,
  request: {
    readonly claimant: Claimant
    readonly forward: ForwardRequest
    readonly taken: readonly string[]
    readonly nowMs: number
  },
): Result<Claim, ClaimRefusal> {
  const { claimant, forward, taken, nowMs } = request
  const { user } = claimant
  const label = labelOf(forward)
  const configured = label === undefined ? undefined : publication.routes.get(label)
  if (configured?.upstream.kind === 'tunnel') {
    const allowed = mayServe(configured.upstream.servePolicy, claimant, nowMs)
    return allowed ? claimed(configured.key, true) : refused('label_reserved', `You may not serve "${label}"`)
  }
  if (label === undefined) {
    const first = !taken.includes(user.tunnelName)
    return claimed(first ? user.tunnelName : `p${forward.bindPort}-${user.tunnelName}`)
  }
  const problem = problemOfLabel(label, forward.bindPort)
  if (problem !== undefined) return refused('label_invalid', `"${label}" ${problem}`)
  if (RESERVED.has(label)) return refused('label_reserved', `"${label}" is a reserved label, choose another one`)
  return claimed(`${label}-${user.tunnelName}`)

  function claimed(route: string, shared = false): Result<Claim, ClaimRefusal> {
    if (taken.includes(route)) return refused('duplicate', `"${route}" is served by this connection already`)
    const { addressing } = publication
    return ok({ route, url: mcpUrlOf(addressing, route), baseUrl: baseUrlOf(addressing, route), shared })
  }
}

/**
 * Why somebody may not go on with a route that they claimed under another publication. Whether a name is personal does not
 * depend on the configuration, so those stay.
 */
export function refusalOf(
  publication: Publication,
  claim: { readonly claimant: Claimant; readonly route: string; readonly nowMs: number },
): string | undefined {
  const { claimant, route, nowMs } = claim
  const configured = publication.routes.get(route)
  if (configured?.upstream.kind === 'tunnel') {
    const allowed = mayServe(configured.upstream.servePolicy, claimant, nowMs)
    return allowed ? undefined : `The configuration has changed: you may not serve "${route}" any more`
  }
  if (tunnelNameIn(route) === claimant.user.tunnelName) return undefined
  return `The configuration has changed: there is no route "${route}" to serve any more`
}

/** Undefined where it is a good one. What people mean by a bad one is said where it can be guessed. */
function problemOfLabel(label: string, port: number): string | undefined {
  if (/[*?]/.test(label))
    return 'is a pattern, and a tunnel has one name: use -R 0, or -R LABEL:0 with up to 30 of a-z, 0-9 and "-"'
  if (!LABEL.test(label)) return 'is no label: use up to 30 of a-z, 0-9 and "-"'
  // `-R 0:8080`: OpenSSH takes the first number for the address to listen on.
  if (!/^\d+$/.test(label)) return undefined
  const meant = port === 0 ? '-R 0' : `-R 0:localhost:${port}`
  return `is a number and no label: did you mean ${meant}?`
}

function mayServe(policy: Policy, { user, username, publicKey }: Claimant, nowMs: number): boolean {
  const caller = callerWithoutClient(user)
  const ssh = { username, publicKey }
  return decide(policy, { caller, ssh, http: undefined, mcp: NOTHING_NAMED, atMs: nowMs }).allowed
}

const refused = (code: ClaimRefusal['code'], message: string): Result<Claim, ClaimRefusal> => err({ code, message })
