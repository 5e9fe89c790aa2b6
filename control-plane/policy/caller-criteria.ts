import { err, ok } from '../kernel/result.ts'
import { claimAt, isClaimPath } from './claim.ts'
import type { Criterion, CriterionParser, ParsedCriterion } from './criterion.ts'
import type { PolicyCaller, PolicyInput } from './input.ts'
import { listMatcherOf, parseListMatcher, parseListOperators, type ListOperator } from './list-matcher.ts'
import { parseStringMatcher } from './string-matcher.ts'
import { foreignGroupsOf, isMember, localGroupsOf, type LocalGroups } from './vocabulary.ts'

/** True or false of the caller, with PPL's reasons; nobody can become somebody by signing in, and the reason says so. */
export const ofCaller = (name: string, holds: (input: PolicyInput) => boolean): Criterion => ({
  truthOf: (input) => (holds(input) ? 'yes' : 'no'),
  reasonOf: (truth, { caller }) =>
    truth === 'yes' ? `${name}-ok` : caller === undefined ? 'user-unauthenticated' : `${name}-unauthorized`,
})

/** A criterion on a fact about the caller. `valueOf` may be undefined where the fact does not exist: then it is false. */
const aboutCaller =
  (name: string, valueOf: (input: PolicyInput) => string | undefined): CriterionParser =>
  (data) => {
    const matcher = parseStringMatcher(data)
    if (!matcher.ok) return matcher
    const matches = matcher.value
    return ok(
      ofCaller(name, (input) => {
        const value = valueOf(input)
        return value !== undefined && matches(value)
      }),
    )
  }

/** PPL: without a session the e-mail is "", so a negative matcher holds; without "@" there is no domain at all. */
const emailOf = ({ caller }: PolicyInput): string => caller?.email ?? ''

export function domainOf(email: string): string | undefined {
  const at = email.indexOf('@')
  return at < 0 ? undefined : email.slice(at + 1)
}

export const parseAuthenticatedUser: CriterionParser = () => ok(ofCaller('user', ({ caller }) => caller !== undefined))
export const parseUser = aboutCaller('user', ({ caller }) => caller?.userId)
export const parseEmail = aboutCaller('email', emailOf)
export const parseDomain = aboutCaller('domain', (input) => domainOf(emailOf(input)))

/** `claim/PATH`: what the identity provider says. PPL: a missing claim, or nobody, is an empty list. */
export function parseClaim(path: string, data: unknown): ParsedCriterion {
  if (!isClaimPath(path)) {
    return err([{ path: [], message: '"claim" needs a path', hint: 'such as "claim/roles: { has: operator }"' }])
  }
  const matcher = parseListMatcher(data)
  if (!matcher.ok) return matcher
  return ok(ofCaller('claim', ({ caller }) => matcher.value(claimAt(caller?.claims ?? {}, path))))
}

/** `groups`: those defined in the configuration, and those of the identity provider that have other names. */
export const parseGroups: CriterionParser = (data, { groups }) => {
  const operators = parseListOperators(data)
  if (!operators.ok) return operators
  const [only, ...others] = operators.value.map((operator) => groupTest(operator, groups))
  return ok(
    ofCaller('groups', ({ caller }) => {
      if (caller === undefined || only?.(caller) !== true) return false
      return others.every((holds) => holds(caller))
    }),
  )
}

/** PPL: without a record of groups nothing is true of them; of a group that is defined here there always is one. */
function groupTest(operator: ListOperator, groups: LocalGroups): (caller: PolicyCaller) => boolean {
  const matches = listMatcherOf(operator)
  const members = groups.get(operator.operand)
  if (operator.name === 'is') {
    return (caller) => matches([...(foreignGroupsOf(groups, caller) ?? []), ...localGroupsOf(groups, caller)])
  }
  if (members !== undefined) return (caller) => isMember(members, caller) === (operator.name === 'has')
  return ({ claims: { groups: given } }) => given !== undefined && matches(given)
}
