/** Where something stands in a file. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing wrong with a configuration file. */
export interface ConfigProblem extends Place {
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

/** `sallyport.yaml:12:7` */
export const formatPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

/** `sallyport.yaml:12:7  what is wrong`, the hint below it. */
export function formatProblem(problem: ConfigProblem): string {
  const place = formatPlace(problem)
  const hint = problem.hint === undefined ? '' : `\n${' '.repeat(place.length)}  hint: ${problem.hint}`
  return `${place}  ${problem.message}${hint}`
}

/** Anything that knows where its parts stand: a file, or several read as one. */
export interface Placing {
  placeOf(path: Finding['path']): Place
}

export const placed = ({ path, message, hint }: Finding, source: Placing): ConfigProblem => ({
  ...source.placeOf(path),
  message,
  hint,
})
