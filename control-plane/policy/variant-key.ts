import { foldCase } from '../kernel/fold-case.ts'

/** Whether an object has a key that is one of these names, but for its case. */
export interface VariantKeys {
  /** Among its own keys. */
  here(given: object): boolean
  /** At every depth. */
  anywhere(given: unknown): boolean
}

export function variantKeysOf(names: ReadonlySet<string>): VariantKeys {
  const folded = new Set([...names].map(foldCase))
  const here = (given: object): boolean =>
    Object.keys(given).some((key) => !names.has(key) && folded.has(foldCase(key)))
  return {
    here,
    anywhere(given) {
      const waiting: unknown[] = [given]
      while (waiting.length > 0) {
        const value = waiting.pop()
        if (typeof value !== 'object' || value === null) continue
        if (!Array.isArray(value) && here(value)) return true
        waiting.push(...(Array.isArray(value) ? (value as unknown[]) : Object.values(value)))
      }
      return false
    },
  }
}
