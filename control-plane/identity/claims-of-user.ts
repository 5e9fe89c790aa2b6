import type { Identity, Standpoint } from './identity-store.ts'

/** For identities of a provider that is not configured any more, too. */
export const DEFAULT_MAX_STALE_MS = 24 * 60 * 60_000

/**
 * What a user's identities come to: their claims together, without those that have been stale for too long. An account
 * that an identity made stands and falls with it; one that was connected later takes only its claims along. Whoever may
 * connect a second provider may write groups there: who relies on one provider reads `provider/ID/NAME`, its claims alone.
 */
export function standpointOf(
  identities: readonly Identity[],
  at: { readonly maxStaleMsOf: (providerId: string) => number | undefined; readonly nowMs: number },
): Standpoint {
  const isOver = ({ staleSinceMs, providerId }: Identity): boolean =>
    staleSinceMs !== undefined && at.nowMs - staleSinceMs >= (at.maxStaleMsOf(providerId) ?? DEFAULT_MAX_STALE_MS)
  const merged = new Map<string, Set<string>>()
  for (const { providerId, claims } of identities.filter((identity) => !isOver(identity))) {
    const alone = Object.entries(claims).map(([name, values]) => [`provider/${providerId}/${name}`, values] as const)
    for (const [name, values] of [...Object.entries(claims), ...alone, ['provider', [providerId]] as const]) {
      const known = merged.get(name) ?? new Set<string>()
      for (const value of values) known.add(value)
      merged.set(name, known)
    }
  }
  return {
    claims: Object.fromEntries([...merged].map(([name, values]) => [name, [...values]])),
    suspended: identities.some((identity) => identity.madeAccount && isOver(identity)),
  }
}
