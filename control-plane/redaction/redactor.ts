import { RE2JS } from 're2js'

import { DETECTORS } from './detectors.ts'

/** Takes out of a text what must not leave; the same text where there is nothing. */
export type Redactor = (text: string) => string

/** An expression of the operator's own, RE2 syntax, so that no text can make it slow. */
export interface OwnPattern {
  readonly name: string
  readonly matches: string
}

export const DETECTOR_NAMES: readonly string[] = Object.keys(DETECTORS)

/** Undefined where one is unknown or is no expression; `problemOf` says what is wrong. */
export function compileRedactor(wanted: readonly (string | OwnPattern)[]): Redactor {
  const steps = wanted.map((each) => (typeof each === 'string' ? builtIn(each) : own(each)))
  return (text) => steps.reduce((left, step) => step(left), text)
}

/** Why an expression cannot be used; undefined where it can. */
export function patternProblem(expression: string): string | undefined {
  try {
    // What matches nothing at all would match everywhere.
    if (RE2JS.compile(expression).matches('')) return 'it matches the empty text'
    return undefined
  } catch {
    return 'RE2 does not know it: no look-around, no back-references'
  }
}

function builtIn(name: string): Redactor {
  const detector = DETECTORS[name]
  if (detector === undefined) throw new Error(`There is no detector "${name}"`)
  const { expression, confirms, marks } = detector
  const mark = markOf(name)
  const replaced = (found: string): string => (confirms === undefined || confirms(found) ? mark : found)
  const mayHold = (text: string): boolean => marks === undefined || marks.some((each) => text.includes(each))
  return (text) => (mayHold(text) ? text.replaceAll(expression, replaced) : text)
}

function own({ name, matches }: OwnPattern): Redactor {
  const compiled = RE2JS.compile(matches)
  const mark = markOf(name).replaceAll('\\', '\\\\').replaceAll('$', '\\$')
  return (text) => compiled.matcher(text).replaceAll(mark)
}

const markOf = (name: string): string => `[redacted: ${name}]`
