import type { ArgumentMode } from '../audit/recorded-arguments.ts'
import type { Current } from '../kernel/current.ts'
import type { Limits } from '../limits/limit.ts'
import { ownerOnly, usesToolAnnotations, scopesOf, type Policy } from '../policy/compile.ts'
import { outsideOf, type Share } from '../sharing/share.ts'
import { withShares, type FindPerson } from '../sharing/shared-policy.ts'
import type { Addressing } from './addressing.ts'
import { NO_RULES, type RouteRules } from './route-rules.ts'
import type { UpstreamSide } from './upstream-side.ts'

/** A server at an address of its own. */
export interface FixedUpstream {
  readonly kind: 'fixed'
  /** http or https, without a path. */
  readonly url: URL
  /** Stands for everything about the server: a change makes it another one. */
  readonly revision?: string
  /** PEM of the authorities that are good for this server, instead of the usual ones. */
  readonly authorityPem?: string | undefined
}

/** A route from YAML. */
export interface ConfiguredRoute {
  /** Host in host mode, first path segment in path mode. */
  readonly key: string
  readonly policy: Policy
  /** Where the policy stands in the configuration. */
  readonly policyAt: readonly (string | number)[]
  readonly upstream:
    | FixedUpstream
    /** Served over SSH by whoever `servePolicy` allows. */
    | { readonly kind: 'tunnel'; readonly servePolicy: Policy }
  /** Undefined: the upstream gets the call and nothing else. */
  readonly side?: UpstreamSide
  readonly rules: RouteRules
  readonly recordArguments?: ArgumentMode | undefined
  readonly limits?: Limits | undefined
}

/** What the configuration says, compiled. Replaced whole or not at all. */
export interface Publication {
  readonly addressing: Addressing
  readonly routes: ReadonlyMap<string, ConfiguredRoute>
  /** Origins of web pages that may call MCP routes; `loopback` stands for any page served from this computer. */
  readonly allowedOrigins: ReadonlySet<string>
  /** Of all personal tunnels. */
  readonly personalSide?: UpstreamSide
  readonly personalRules?: RouteRules
  /** Whether people may open labelled personal tunnels to everybody, to read files. Default false. */
  readonly publicAssets?: boolean
  /** Of routes that do not say it themselves. */
  readonly recordArguments?: ArgumentMode
  /** Of all routes together, personal tunnels too. */
  readonly limits?: Limits | undefined
  /** Where something stands in the file: `sallyport.yaml:12:7`. */
  readonly placeOf?: (path: readonly (string | number)[]) => string
}

/** Every OAuth scope that some route's policy asks for. */
export const policyScopesOf = (publication: Publication): readonly string[] => [
  ...new Set([...publication.routes.values()].flatMap(({ policy }) => scopesOf(policy))),
]

/** A route as a request meets it. */
export interface Route {
  readonly key: string
  readonly policy: Policy
  readonly upstream: FixedUpstream | { readonly kind: 'tunnel' }
  readonly side?: UpstreamSide
  /** Where the policy stands in the configuration; undefined for a personal tunnel. */
  readonly policyAt?: readonly (string | number)[]
  readonly recordArguments?: ArgumentMode | undefined
  readonly limits?: Limits | undefined
  readonly rules: RouteRules
  /** Whose rules are part of the policy. */
  readonly shares?: readonly Share[]
}

/** Port of whoever needs to know a route. */
export interface Routes {
  find(key: string): Route | undefined
}

/** Whether the definitions of tools have to be remembered for this route. */
export const watchesTools = ({ policy, rules }: Pick<Route, 'policy' | 'rules'>): boolean => {
  const { tools, approval } = rules
  if (tools.changes !== 'allow' || tools.unknown === 'deny') return true
  return usesToolAnnotations(policy) || (approval !== undefined && usesToolAnnotations(approval.when))
}

/** What Standing knows of shares. */
export interface SharingView {
  readonly findUser: FindPerson
  /** The same list as long as nothing changes. */
  sharesOn(route: string): readonly Share[]
}

const NONE: readonly Share[] = []
const NOTHING_SHARED: SharingView = { findUser: () => undefined, sharesOn: () => NONE }

type Held = Pick<Route, 'policy'> & { readonly shares: readonly Share[] }

/** Finds routes by key: those from YAML first, then personal tunnels, which exist as long as their owner does. */
export class RouteTable implements Routes {
  readonly #publication: Publication
  readonly #ownerOf: (tunnelName: string) => string | undefined
  readonly #sharing: SharingView
  readonly #personal = new Map<string, Policy>()
  /** By route: compiled when its shares change, never for a call. */
  readonly #shared = new Map<string, { readonly shares: readonly Share[]; readonly held: Held }>()

  constructor(
    publication: Publication,
    ownerOf: (tunnelName: string) => string | undefined,
    sharing: SharingView = NOTHING_SHARED,
  ) {
    this.#publication = publication
    this.#ownerOf = ownerOf
    this.#sharing = sharing
  }

  find(key: string): Route | undefined {
    const configured = this.#publication.routes.get(key)
    if (configured !== undefined) return this.#withShares(configured, undefined)
    const tunnelName = tunnelNameIn(key)
    const ownerId = tunnelName === undefined ? undefined : this.#ownerOf(tunnelName)
    if (ownerId === undefined) return undefined
    const { personalSide: side, personalRules: rules = NO_RULES } = this.#publication
    const policy = this.#policyOf(ownerId)
    return this.#withShares({ key, policy, upstream: { kind: 'tunnel' }, ...(side && { side }), rules }, ownerId)
  }

  #withShares(route: Route, ownerId: string | undefined): Route {
    const shares = this.#sharing.sharesOn(route.key)
    if (shares.length === 0) {
      this.#shared.delete(route.key)
      return route
    }
    const known = this.#shared.get(route.key)
    if (known?.shares === shares) return { ...route, ...known.held }
    const good = shares.filter(
      (share) =>
        outsideOf(share, route.rules.sharing) === undefined && (ownerId === undefined || share.sharedBy === ownerId),
    )
    const policy = withShares(route.policy, good, (id) => this.#sharing.findUser(id))
    const held = { policy, shares: good }
    this.#shared.set(route.key, { shares, held })
    return { ...route, ...held }
  }

  #policyOf(ownerId: string): Policy {
    const known = this.#personal.get(ownerId)
    if (known !== undefined) return known
    const policy = ownerOnly(ownerId)
    this.#personal.set(ownerId, policy)
    return policy
  }
}

/** Always those of the publication that is in force. */
export function currentRoutes(
  publication: Current<Publication>,
  ownerOf: (tunnelName: string) => string | undefined,
  sharing?: SharingView,
): Routes {
  let table = new RouteTable(publication.value, ownerOf, sharing)
  publication.subscribe((next) => {
    table = new RouteTable(next, ownerOf, sharing)
  })
  return { find: (key) => table.find(key) }
}

/** `calm-otter-4821`, alone or behind a label: `api-calm-otter-4821`. The end is what belongs to a user. */
export const tunnelNameIn = (key: string): string | undefined =>
  /^(?:[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?-)?([a-z]+-[a-z]+-\d{4})$/.exec(key)?.[1]
