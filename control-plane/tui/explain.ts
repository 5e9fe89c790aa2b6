import type { CallStatus } from './status.ts'

/** What settled a call, in a sentence, and the reasons in the policy's own words. */
export interface Explanation {
  readonly sentence: string
  readonly reasons: readonly string[]
}

export function explain(call: CallStatus): Explanation {
  const { verdict, rule, details } = call
  const isFailure = verdict.startsWith('failed')
  const sentence = isFailure ? `allowed${byRule(rule)}, and then it ${verdict}` : `${verdict}${byRule(rule)}`
  return { sentence, reasons: details?.reasons ?? [] }
}

/** `rule` as the record has it: an action and its place. */
function byRule(rule: string | undefined): string {
  if (rule === undefined) return ', without asking the policy'
  if (rule === 'default') return ', because no rule allows it'
  if (rule === 'allow owner') return ', because the tunnel is theirs'
  const space = rule.indexOf(' ')
  const [action, place] = space < 0 ? [rule, ''] : [rule.slice(0, space), rule.slice(space + 1)]
  return ` by the rule "${action}"${place === '' ? '' : ` at ${place}`}`
}
