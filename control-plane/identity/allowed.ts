import type { Allowed, Claims } from './identity-provider.ts'

/** Whether the operator lets this person in through the provider. Every list that is given must match. */
export function mayEnter(allowed: Allowed, claims: Claims): boolean {
  // Only a verified address is among the claims.
  const emails = claims['email'] ?? []
  const domains = emails.map((email) => email.slice(email.lastIndexOf('@') + 1))
  const anyAddress = allowed.emails === undefined && allowed.domains === undefined
  return (
    (anyAddress || meets(allowed.emails ?? [], emails) || meets(allowed.domains ?? [], domains)) &&
    (allowed.hostedDomains === undefined || meets(allowed.hostedDomains, claims['hosted_domain'] ?? [])) &&
    (allowed.tenants === undefined || meets(allowed.tenants, claims['tenant'] ?? [])) &&
    (allowed.groups === undefined || meets(allowed.groups, claims['groups'] ?? []))
  )
}

export const isRestricted = (allowed: Allowed): boolean => Object.values(allowed).some((list) => list !== undefined)

const meets = (wanted: readonly string[], has: readonly string[]): boolean =>
  has.some((value) => wanted.includes(value))
