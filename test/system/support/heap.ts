import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What this process still holds on to once everything else was collected, in MB. */
export async function heldMb(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collect()
    // Finalizers of buffers and handles run between collections.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 / 1024
}
