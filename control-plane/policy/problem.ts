/** One thing wrong with a policy, found without knowing where the text came from. */
export interface PolicyProblem {
  /** Keys and indexes from the policy's root to the value that is wrong. */
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string
}

/** The known word closest to what was written, for "did you mean". Undefined when nothing is close. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const scored = known.map((word) => ({ word, distance: editDistance(written.toLowerCase(), word) }))
  const best = scored.toSorted((a, b) => a.distance - b.distance)[0]
  return best !== undefined && best.distance <= Math.max(2, Math.floor(written.length / 3)) ? best.word : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const letter of a.split('')) {
    let [left = 0] = row
    left += 1
    const next = [left]
    for (const [index, other] of b.split('').entries()) {
      const [diagonal = 0, above = 0] = row.slice(index, index + 2)
      left = Math.min(diagonal + Number(letter !== other), above + 1, left + 1)
      next.push(left)
    }
    row = next
  }
  const [distance = 0] = row.slice(-1)
  return distance
}
