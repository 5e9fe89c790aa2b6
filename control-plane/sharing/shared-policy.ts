import { ok as assert } from 'node:assert/strict'

import { compilePolicy, type Policy } from '../policy/compile.ts'
import { callerWithoutClient } from '../policy/input.ts'
import { joined, type Block, type PlacedCriterion } from '../policy/operator.ts'
import { allOf, anyOf, negated } from '../policy/truth.ts'
import { matcherOf, parseNamePattern } from './name-pattern.ts'
import { placeOfShare, type Share } from './share.ts'

/** A person as a policy sees them. */
interface Person {
  readonly id: string
  readonly email: string
  readonly claims: Readonly<Record<string, readonly string[]>>
}

/** Undefined for who is gone or disabled. */
export type FindPerson = (id: string) => Person | undefined

/**
 * What a share of some tools is about. Rules on tools leave methods without a tool open, and a share must not open resources
 * and prompts by the way.
 */
const TOOL_METHODS = [
  'tools/list',
  'tools/call',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/update',
  'tasks/cancel',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]

/**
 * The policy with one more allow rule for each share. Its deny rules come first as ever, and a share never allows what its
 * maker could not do: their account and the policy are asked on each call.
 */
export function withShares(policy: Policy, shares: readonly Share[], find: FindPerson): Policy {
  if (shares.length === 0) return policy
  return { ...policy, allow: [...policy.allow, ...shares.flatMap((share) => blocksOf(share, policy, find))] }
}

function blocksOf(share: Share, policy: Policy, find: FindPerson): readonly Block[] {
  const person = { email: { is: share.email } }
  if (share.tools === undefined) return [blockOf(share, [person], { policy, find })]
  return share.tools.map((tool) => {
    const pattern = parseNamePattern(tool)
    assert(pattern !== undefined, `A share of "${tool}", which is no pattern`)
    const only = [{ mcp_method: { in: TOOL_METHODS } }, { mcp_tool: matcherOf(pattern) }]
    return blockOf(share, [person, ...only], { policy, find })
  })
}

function blockOf(
  share: Share,
  criteria: readonly object[],
  maker: { readonly policy: Policy; readonly find: FindPerson },
): Block {
  const compiled = compilePolicy({ allow: { and: criteria } })
  assert(compiled.ok, 'A share does not compile')
  const path = placeOfShare(share)
  const [block] = compiled.value.allow
  assert(block !== undefined, 'A share without a rule')
  const all = [...block.criteria.map((each) => ({ ...each, path })), notYetOver(share), sharedBy(share, maker)]
  return { operator: 'and', place: { action: 'allow', path }, criteria: all, scopes: [], truthOf: joined('and', all) }
}

/** To the millisecond, which `date` is not. */
const notYetOver = (share: Share): PlacedCriterion => ({
  name: 'date',
  data: { before: new Date(share.expiresAtMs).toISOString() },
  path: placeOfShare(share),
  truthOf: ({ atMs }) => (atMs < share.expiresAtMs ? 'yes' : 'no'),
  reasonOf: (truth) => `date-${truth === 'yes' ? 'ok' : 'unauthorized'}`,
})

/** True of what the maker of the share could do with the same client, at the same address, at this moment. */
function sharedBy(
  share: Share,
  { policy, find }: { readonly policy: Policy; readonly find: FindPerson },
): PlacedCriterion {
  return {
    name: 'shared_by',
    data: share.sharedBy,
    path: placeOfShare(share),
    truthOf(input) {
      const maker = find(share.sharedBy)
      if (maker === undefined || input.caller === undefined) return 'no'
      const { clientId, scopes } = input.caller
      const asMaker = { ...input, caller: { ...callerWithoutClient(maker), clientId, scopes } }
      const allowed = anyOf(policy.allow.map((block) => block.truthOf(asMaker)))
      return allOf([allowed, negated(anyOf(policy.deny.map((block) => block.truthOf(asMaker))))])
    },
    reasonOf: (truth) => `share-${truth === 'yes' || truth === 'open' ? 'ok' : 'unauthorized'}`,
  }
}
