import { stepTitle } from '../attempts/wording.ts'
import type { Report } from './finding.ts'

const MARK = { ok: '✓', warning: '!', failed: '✗' } as const

/** For people; `--json` is for programs. */
export function tableOf({ url, findings }: Report): string {
  const width = Math.max(...findings.map(({ step }) => stepTitle(step).length))
  const lines = findings.flatMap(({ step, outcome, what, advice }) => [
    `${MARK[outcome]} ${stepTitle(step).padEnd(width)}  ${what}`,
    ...(advice === undefined ? [] : [`  ${' '.repeat(width)}  ${advice}`]),
  ])
  const failed = findings.find(({ outcome }) => outcome === 'failed')
  const warnings = findings.filter(({ outcome }) => outcome === 'warning').length
  const verdict =
    failed === undefined
      ? `Clients can get as far as the sign-in${warnings === 0 ? '' : `, with ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`}.`
      : `Clients will stop at "${stepTitle(failed.step)}".`
  return [url, '', ...lines, '', verdict, ''].join('\n')
}
