import { err, ok, type Result } from '../kernel/result.ts'
import { nearest } from '../policy/problem.ts'

/** What a command takes. */
export interface Accepted {
  /** Flags alone, such as `json`. */
  readonly flags?: readonly string[]
  /** Flags with a value, such as `for`. */
  readonly values?: readonly string[]
  /** How many words besides. */
  readonly words?: readonly [number, number]
}

export interface Arguments {
  readonly words: readonly string[]
  has(flag: string): boolean
  value(flag: string): string | undefined
}

/** `--name`, `--name value`, `--name=value` and words, in any order. `--json` is good for every command. */
export function parseArguments(given: readonly string[], accepted: Accepted): Result<Arguments, string> {
  const flags = ['json', ...(accepted.flags ?? [])]
  const { values = [], words: [least, most] = [0, 0] } = accepted
  const words: string[] = []
  const set = new Map<string, string>()
  const left = [...given]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name, inline] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) {
      words.push(word)
      continue
    }
    const takesValue = values.includes(name)
    if (!takesValue && !flags.includes(name)) return err(unknown('option', `--${name}`, dashed([...flags, ...values])))
    if (!takesValue && inline !== undefined) return err(`"--${name}" takes no value`)
    if (set.has(name)) return err(`"--${name}" stands there twice`)
    const value = takesValue ? (inline ?? left.shift()) : ''
    if (value === undefined || (takesValue && (value === '' || (inline === undefined && value.startsWith('--')))))
      return err(`"--${name}" needs a value`)
    set.set(name, value)
  }
  if (words.length < least) return err('Something is missing')
  const surplus = words[most]
  if (surplus !== undefined) return err(`"${surplus.slice(0, 60)}" is one word too many`)
  return ok({ words, has: (flag) => set.has(flag), value: (flag) => set.get(flag) })
}

const dashed = (names: readonly string[]): readonly string[] => names.map((name) => `--${name}`)

/** With what was probably meant. */
export function unknown(what: string, written: string, known: readonly string[]): string {
  const meant = nearest(written.slice(0, 60), known)
  const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`
  return `Unknown ${what} "${written.slice(0, 60)}": ${hint}`
}
