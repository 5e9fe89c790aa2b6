import { randomBytes } from 'node:crypto'

/** Source of unpredictable bytes; tests pass a fixed one. */
export interface Random {
  bytes(count: number): Buffer
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) }
