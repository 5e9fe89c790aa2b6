import { foldCase } from '../kernel/fold-case.ts'
import { isRawNumber } from '../kernel/record.ts'

/**
 * Whether arguments can be read in two ways where an expression takes these names from them: a key that is one of the
 * names but for its case, which a server may take for it, or a number with more digits than an expression sees.
 */
export function ambiguityIn(names: ReadonlySet<string>): {
  /** Among the object's own keys. */
  here(given: object): boolean
  /** At every depth. */
  anywhere(given: unknown): boolean
} {
  const folded = new Set([...names].map(foldCase))
  const here = (given: object): boolean =>
    Object.keys(given).some((key) => !names.has(key) && folded.has(foldCase(key)))
  return {
    here,
    anywhere(given) {
      const waiting: unknown[] = [given]
      while (waiting.length > 0) {
        const value = waiting.pop()
        if (isRawNumber(value)) return true
        if (typeof value !== 'object' || value === null) continue
        if (!Array.isArray(value) && here(value)) return true
        waiting.push(...(Array.isArray(value) ? (value as unknown[]) : Object.values(value)))
      }
      return false
    },
  }
}
