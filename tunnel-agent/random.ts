import { randomBytes } from 'node:crypto'

/** From 0 to below 1, evenly. */
export const randomFraction = (): number => randomBytes(4).readUInt32LE() / 2 ** 32
