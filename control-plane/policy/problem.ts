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
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
