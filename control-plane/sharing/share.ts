import { isWithin, parseNamePattern, type NamePattern } from './name-pattern.ts'

/** What one person lets another one call, for a time. It gives no right to serve, to share further or to approve. */
export interface Share {
  /** `shr_` and 26 characters. */
  readonly id: string
  readonly route: string
  /** User id. The share holds only as long as this person may do themselves what it allows. */
  readonly sharedBy: string
  /** Lower case. Whoever has an account with this address, now or later. */
  readonly email: string
  /** Patterns of tool names; undefined: everything that the sharer may do. */
  readonly tools: readonly string[] | undefined
  readonly createdAtMs: number
  /** From this millisecond on it allows nothing. */
  readonly expiresAtMs: number
}

/** What the configuration lets people share of a route. */
export interface SharingRules {
  readonly allowed: boolean
  readonly maxMs: number
  /** Undefined: every tool, and what is no tool, too. */
  readonly tools: readonly NamePattern[] | undefined
  /** Undefined: everybody. */
  readonly emails: readonly NamePattern[] | undefined
}

const HOUR_MS = 3_600_000
export const DEFAULT_SHARE_MS = 24 * HOUR_MS
export const DEFAULT_MAX_SHARE_MS = 7 * 24 * HOUR_MS

export const NO_SHARING: SharingRules = {
  allowed: false,
  maxMs: DEFAULT_MAX_SHARE_MS,
  tools: undefined,
  emails: undefined,
}

/**
 * Why the configuration does not allow this share, as a sentence for its maker; undefined where it does. Asked when a share
 * is made and again under every configuration that follows.
 */
export function outsideOf(share: Omit<Share, 'id' | 'sharedBy'>, rules: SharingRules): string | undefined {
  if (!rules.allowed) return `The configuration does not let "${share.route}" be shared`
  if (share.expiresAtMs - share.createdAtMs > rules.maxMs)
    return `The configuration lets a share live for ${rules.maxMs / HOUR_MS} hours at most`
  if (!areWithin([share.email], rules.emails)) return `The configuration does not let you share with ${share.email}`
  if (rules.tools === undefined) return undefined
  if (share.tools === undefined) return 'The configuration lets only some tools be shared: name them with --tools'
  if (!areWithin(share.tools, rules.tools)) return 'The configuration does not let all of these tools be shared'
  return undefined
}

function areWithin(names: readonly string[], bounds: readonly NamePattern[] | undefined): boolean {
  if (bounds === undefined) return true
  return names.every((name) => {
    const pattern = parseNamePattern(name)
    return pattern !== undefined && bounds.some((bound) => isWithin(pattern, bound))
  })
}

/** The first step of a block's path that is a share's, followed by its id. */
const PLACE = 'share'

export const placeOfShare = ({ id }: Share): readonly string[] => [PLACE, id]

/** The id of the share that a block stands for. */
export function shareIdAt(path: readonly (string | number)[]): string | undefined {
  const [first, id] = path
  return first === PLACE && typeof id === 'string' ? id : undefined
}
