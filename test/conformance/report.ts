import { countOf, type Comparison } from './compare.ts'
import type { Check, Revision } from './suite.ts'

/** Prints the table and keeps the score. */
export class Report {
  #passed = 0
  #failed = 0

  heading(text: string): void {
    console.log(`\n${text}`)
  }

  /** The same with and without the gateway; and a scenario that counts must pass as well. */
  scenario(comparison: Comparison, scored: boolean): void {
    const { scenario, direct, through, differences } = comparison
    const failures = countOf(through, 'FAILURE')
    const same = differences.length === 0
    const score = (checks: readonly Check[]): string => `${countOf(checks, 'SUCCESS')}/${countOf(checks, 'FAILURE')}`
    const columns = [scenario.padEnd(46), score(direct).padStart(7), score(through).padStart(7)].join(' ')
    this.outcome(same && !(scored && failures > 0), `${columns}  ${scored ? '' : '(not scored)'}`.trimEnd())
    for (const difference of differences) console.log(`        ${difference}`)
  }

  check(check: Check): void {
    if (check.status !== 'SUCCESS' && check.status !== 'FAILURE') return
    this.outcome(check.status === 'SUCCESS', `${check.id} ${check.errorMessage ?? ''}`.trimEnd())
  }

  unsupported(scenarios: readonly string[], revision: Revision): void {
    if (scenarios.length > 0) console.log(`    The server itself fails, of ${revision}: ${scenarios.join(', ')}`)
  }

  failed(text: string): void {
    this.outcome(false, text)
  }

  outcome(passed: boolean, text: string): void {
    if (passed) this.#passed += 1
    else this.#failed += 1
    console.log(`  ${passed ? '✓' : '✗'} ${text}`)
  }

  end(): void {
    console.log(`\n${this.#passed} passed, ${this.#failed} failed`)
    if (this.#failed > 0) process.exitCode = 1
  }
}
