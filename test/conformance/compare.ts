import type { Check, Results } from './suite.ts'

/** One scenario, without the gateway and with it. */
export interface Comparison {
  readonly scenario: string
  readonly direct: readonly Check[]
  readonly through: readonly Check[]
  /** Empty when both runs found the same. */
  readonly differences: readonly string[]
}

export function compare(direct: Results, through: Results): readonly Comparison[] {
  const scenarios = new Set([...direct.keys(), ...through.keys()])
  return [...scenarios].map((scenario) => compareScenario(scenario, direct.get(scenario), through.get(scenario)))
}

export const countOf = (checks: readonly Check[], status: string): number =>
  checks.filter((check) => check.status === status).length

function compareScenario(scenario: string, direct: readonly Check[] = [], through: readonly Check[] = []): Comparison {
  const differences: string[] = []
  for (let index = 0; index < Math.max(direct.length, through.length); index += 1) {
    const [expected, found] = [outcomeOf(direct[index]), outcomeOf(through[index])]
    if (expected !== found) differences.push(`direct:  ${expected}`, `through: ${found}`)
  }
  return { scenario, direct, through, differences }
}

/**
 * What a check found. Its details are full of ids and times, but for the number of messages that the suite saw: that
 * shows a lost notification even where the scenario passes without it.
 */
function outcomeOf(check: Check | undefined): string {
  if (check === undefined) return 'no such check'
  const messages = check.details?.messagesValidated
  const seen = messages === undefined ? '' : ` (${messages} messages)`
  return `${check.id} ${check.status}${seen} ${check.errorMessage ?? ''}`.trimEnd()
}
