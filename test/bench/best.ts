/** The shortest of several rounds, in milliseconds for one run: whatever else the machine does makes a round longer, never shorter. */
export function bestMs(run: () => unknown, { rounds = 7, runs = 1 } = {}): number {
  run()
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now()
    for (let count = 0; count < runs; count += 1) run()
    return (performance.now() - started) / runs
  })
  return Math.min(...times)
}
