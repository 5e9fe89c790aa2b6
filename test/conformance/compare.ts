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

export const failuresOf = (checks: readonly Check[]): readonly Check[] =>
  checks.filter(({ status }) => status === 'FAILURE')

export const passesOf = (checks: readonly Check[]): readonly Check[] =>
  checks.filter(({ status }) => status === 'SUCCESS')

function compareScenario(
  scenario: string,
  direct: readonly Check[] | undefined,
  through: readonly Check[] | undefined,
): Comparison {
  const differences: string[] = []
  if (direct === undefined) differences.push('did not run directly')
  if (through === undefined) differences.push('did not run through the gateway')
  for (let index = 0; index < Math.max(direct?.length ?? 0, through?.length ?? 0); index += 1) {
    const [there, here] = [outcomeOf(direct?.[index]), outcomeOf(through?.[index])]
    if (there !== here) differences.push(`directly: ${there}\n      through: ${here}`)
  }
  return { scenario, direct: direct ?? [], through: through ?? [], differences }
}

/** A check's outcome with what the suite saw: so a lost notification shows although the scenario may still pass. */
function outcomeOf(check: Check | undefined): string {
  if (check === undefined) return 'no check'
  return JSON.stringify([check.id, check.status, check.errorMessage ?? '', check.details ?? {}])
}
