import type { Policy } from './compile.ts'
import { decide, type Decision } from './decide.ts'
import type { PolicyInput } from './input.ts'
import { joined, settles, type Block } from './operator.ts'
import type { Truth } from './truth.ts'

/** What a block may come to; `maybe` where that hangs on what is not known. */
type Fires = 'yes' | 'no' | 'maybe'

/** What a criterion about arguments can say of a call that has some. */
const POSSIBLE: readonly Truth[] = ['yes', 'no', 'unclear']

/**
 * The decision on a call whose arguments are not known: the same as `decide` would make with them, or undefined where
 * that depends on them. Scopes that are missing are told only where no criterion looks at arguments.
 */
export function decideWithoutArguments(policy: Policy, input: PolicyInput): Decision | undefined {
  const blocks = [...policy.deny, ...policy.allow]
  if (!blocks.some((block) => block.criteria.some((_, index) => looksAtArguments(block, index, input)))) {
    return decide(policy, input)
  }
  const denied = strongest(policy.deny, 'deny', input)
  if (denied.fires === 'yes') return { allowed: false, input, ...(denied.block && { decidedBy: denied.block.place }) }
  const allowed = strongest(policy.allow, 'allow', input)
  if (allowed.fires === 'no') return { allowed: false, input }
  if (denied.fires === 'maybe' || allowed.fires === 'maybe') return undefined
  return { allowed: true, input, ...(allowed.block && { decidedBy: allowed.block.place }) }
}

function strongest(
  blocks: readonly Block[],
  action: 'deny' | 'allow',
  input: PolicyInput,
): { readonly fires: Fires; readonly block?: Block } {
  const found = blocks.map((block) => ({ fires: firesOf(block, action, input), block }))
  const sure = found.find(({ fires }) => fires === 'yes') ?? found.find(({ fires }) => fires === 'maybe')
  return sure ?? { fires: 'no' }
}

/**
 * Within one block every mixture of truths comes to the same as one of the three uniform ones: what decides an `and` is
 * the weakest of its criteria, and an `or` the strongest.
 */
function firesOf(block: Block, action: 'deny' | 'allow', input: PolicyInput): Fires {
  const unknown = block.criteria.map((_, index) => looksAtArguments(block, index, input))
  const outcomes = (unknown.includes(true) ? POSSIBLE : POSSIBLE.slice(0, 1)).map((truth) => {
    const criteria = block.criteria.map((criterion, index) =>
      unknown[index] === true ? { ...criterion, truthOf: () => truth } : criterion,
    )
    return settles(action, joined(block.operator, criteria)(input))
  })
  if (!outcomes.includes(false)) return 'yes'
  return outcomes.includes(true) ? 'maybe' : 'no'
}

/** By looking at what it looks at, so that this holds for criteria of every kind. */
function looksAtArguments(block: Block, index: number, input: PolicyInput): boolean {
  let looked = false
  const mcp = {
    ...input.mcp,
    get arguments() {
      looked = true
      return {}
    },
  }
  block.criteria[index]?.truthOf({ ...input, mcp })
  return looked
}
