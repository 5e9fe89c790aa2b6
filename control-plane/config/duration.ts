import { z } from 'zod'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/

/** `45s`, `5m`, `12h`, `30d` as milliseconds. */
export const duration = z
  .string()
  .regex(DURATION, 'Expected a duration, such as "45s", "5m", "12h" or "30d"')
  .transform((text) => {
    const [, count = '', unit = ''] = DURATION.exec(text) ?? []
    return Number(count) * (UNITS[unit] ?? 0)
  })
