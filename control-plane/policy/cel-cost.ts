import type { Asked } from './cel-expression.ts'

/** In a loop an expression may walk a list once more for each element, so that costs grow with the power of the depth. */
export const MAX_NESTED_LOOPS = 2

/** How many values the arguments may have that an expression looks at, by how deep its loops are nested. */
const MAX_VALUES = [5000, 500, 60] as const

/** Characters of all their texts and names. A pattern reads 256 Ki in about 25 ms. */
const MAX_TEXT = 262_144
/** Where one text of the caller's is looked for in another: in the worst case that takes the product of both. */
const MAX_COMPARED_TEXT = 16_384

/** Whether an expression over these arguments ends soon: a caller chooses them, and everybody waits. */
export function isWithinCost(given: unknown, { nestedLoops, comparesTexts }: Asked): boolean {
  let values = MAX_VALUES[nestedLoops] ?? 0
  let text = comparesTexts ? MAX_COMPARED_TEXT : MAX_TEXT
  const waiting: unknown[] = [given]
  while (waiting.length > 0) {
    const value = waiting.pop()
    values -= 1
    if (typeof value === 'string') text -= value.length
    else if (typeof value === 'object' && value !== null) {
      const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
      if (parts.length > values) return false
      if (!Array.isArray(value)) for (const name of Object.keys(value)) text -= name.length
      waiting.push(...parts)
    }
    if (values < 0 || text < 0) return false
  }
  return true
}
