import type { LineCounter, Document } from 'yaml'
import { isNode, isMap, isScalar } from 'yaml'

/** One thing wrong with a configuration file. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  readonly hint: string | undefined
}

/** What is wrong and where, before the place is known in lines. */
export interface Finding {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string | undefined
}

export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** `sallyport.yaml:12:7  what is wrong`, the hint below it. */
export function formatProblem(problem: ConfigProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`
  const hint = problem.hint === undefined ? '' : `\n${' '.repeat(place.length)}  hint: ${problem.hint}`
  return `${place}  ${problem.message}${hint}`
}

/** Points at the value, or at the key where the finding is about one, or at the nearest thing around that exists. */
export function place(
  finding: Finding,
  source: { file: string; document: Document; lines: LineCounter },
): ConfigProblem {
  const { line, col } = source.lines.linePos(offsetOf(source.document, finding.path))
  return { file: source.file, line, column: col, message: finding.message, hint: finding.hint }
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const parent: unknown = depth === 0 ? undefined : document.getIn(path.slice(0, depth - 1), true)
    const last = path[depth - 1]
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0]
    }
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}
