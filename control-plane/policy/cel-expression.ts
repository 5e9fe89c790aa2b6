import type { ASTNode } from '@marcbachmann/cel-js'

/** What an expression looks at, and how it could cost much. */
export interface Asked {
  readonly variables: ReadonlySet<string>
  /** Of the arguments; undefined where it takes them as a whole. */
  readonly argumentNames: ReadonlySet<string> | undefined
  readonly claimNames: ReadonlySet<string>
  /** Every name and text in it: what it may take for a key. */
  readonly keys: ReadonlySet<string>
  /** How deep loops over lists stand in each other; 0 without any. */
  readonly nestedLoops: number
  /** Whether a text is looked for that does not stand in the expression. */
  readonly comparesTexts: boolean
  /** Calls of `matches`. */
  readonly matches: readonly ASTNode[]
  /** Their patterns; undefined for one that is computed. */
  readonly patterns: readonly (string | undefined)[]
}

/** Everything that runs once for each element. */
const LOOPS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter', 'transformList', 'transformMap'])

const SEARCHES = new Set(['contains', 'startsWith', 'endsWith', 'indexOf', 'lastIndexOf', 'split'])

interface Walk {
  readonly variables: Set<string>
  readonly argumentNames: Set<string>
  readonly claimNames: Set<string>
  readonly keys: Set<string>
  readonly matches: ASTNode[]
  takesAll: boolean
  comparesTexts: boolean
}

export function askedOf(root: ASTNode): Asked {
  const walk: Walk = {
    variables: new Set(),
    argumentNames: new Set(),
    claimNames: new Set(),
    keys: new Set(),
    matches: [],
    takesAll: false,
    comparesTexts: false,
  }
  const nestedLoops = visit(root, walk)
  return {
    variables: walk.variables,
    argumentNames: walk.takesAll ? undefined : walk.argumentNames,
    claimNames: walk.claimNames,
    keys: walk.keys,
    nestedLoops,
    comparesTexts: walk.comparesTexts,
    matches: walk.matches,
    patterns: walk.matches.map(patternOf),
  }
}

/** Returns how deep loops are nested in it. A name that a loop binds counts as the variable of the same name. */
function visit(node: ASTNode, walk: Walk): number {
  for (const key of keysIn(node)) walk.keys.add(key)
  const claim = memberNamed(node, 'claims')
  if (claim !== undefined) walk.claimNames.add(claim)
  const name = memberNamed(node, 'args')
  if (name !== undefined) {
    walk.variables.add('args')
    walk.argumentNames.add(name)
    return 0
  }
  if (node.op === 'id') {
    walk.variables.add(node.args)
    walk.takesAll ||= node.args === 'args'
    return 0
  }
  const called = node.op === 'rcall' || node.op === 'call' ? node.args[0] : undefined
  if (called === 'matches') walk.matches.push(node)
  if (node.op === 'rcall' && SEARCHES.has(node.args[0])) {
    walk.comparesTexts ||= node.args[2].some(({ op }) => op !== 'value')
  }
  const inside = Math.max(0, ...partsOf(node.args).map((part) => visit(part, walk)))
  return inside + (called !== undefined && LOOPS.has(called) ? 1 : 0)
}

/** The name behind a dot, or a text. */
function keysIn({ op, args }: ASTNode): readonly string[] {
  const said: unknown = op === 'value' ? args : op === '.' || op === '[]' ? args[1] : undefined
  if (typeof said === 'string') return [said]
  return isNode(said) ? keysIn(said) : []
}

/** `args.NAME` or `args["NAME"]`. */
function memberNamed(node: ASTNode, variable: string): string | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined
  const [of, key] = node.args
  if (of.op !== 'id' || of.args !== variable) return undefined
  if (typeof key === 'string') return key
  return key.op === 'value' && typeof key.args === 'string' ? key.args : undefined
}

function patternOf({ args }: ASTNode): string | undefined {
  const [pattern, ...more] = (args as readonly unknown[]).at(-1) as readonly ASTNode[]
  return pattern?.op === 'value' && typeof pattern.args === 'string' && more.length === 0 ? pattern.args : undefined
}

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value

const partsOf = (args: unknown): readonly ASTNode[] =>
  isNode(args) ? [args] : Array.isArray(args) ? args.flatMap(partsOf) : []
