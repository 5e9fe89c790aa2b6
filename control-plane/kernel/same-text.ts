import { hash, timingSafeEqual } from 'node:crypto'

/** Compares secrets: how long it takes says neither where they differ nor how long the right one is. */
export const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
