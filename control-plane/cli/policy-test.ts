import type { Configuration } from '../config/load.ts'
import { loadPolicyCases, policyCaseFiles, type PolicyCase } from '../config/policy-cases.ts'
import { Fault } from '../kernel/fault.ts'
import { decide } from '../policy/decide.ts'
import { inputOf } from '../policy/hypothetical.ts'
import { routeOf } from './explain.ts'

/** Runs the cases of files and folders; whether all of them came out as expected. */
export function testPolicies(
  paths: readonly string[],
  ports: {
    /** By file; the default one where a case file names none. */
    readonly load: (file: string | undefined) => Configuration
    readonly nowMs: number
    readonly print: (line: string) => void
  },
): boolean {
  let passed = 0
  let failed = 0
  const found = paths.flatMap(policyCaseFiles).map((file) => ({ file, loaded: loadPolicyCases(file) }))
  for (const { file, loaded } of found) {
    if (loaded === undefined) ports.print(`- ${file}: a configuration, not a file of cases, so it was skipped`)
  }
  const files = found.flatMap(({ loaded }) => loaded ?? [])
  if (files.length === 0) {
    throw new Fault('config.cases', `There are no cases in ${paths.join(', ')}`, {
      hint: 'expected files named *.yaml with "cases: [ … ]"',
    })
  }
  for (const { config, cases } of files) {
    const configuration = ports.load(config)
    for (const each of cases) {
      const outcome = outcomeOf(configuration, each, ports.nowMs)
      if (outcome === each.expect) passed += 1
      else {
        failed += 1
        ports.print(`✗ ${each.place}  ${each.name}: expected ${each.expect}, but it is ${outcome}`)
      }
    }
  }
  ports.print(`${passed} passed, ${failed} failed`)
  return failed === 0
}

function outcomeOf(configuration: Configuration, { route, given }: PolicyCase, nowMs: number): PolicyCase['expect'] {
  const { allowed, missingScopes } = decide(routeOf(configuration, route).policy, inputOf(given, nowMs))
  return allowed ? 'allow' : missingScopes === undefined ? 'deny' : 'step_up'
}
