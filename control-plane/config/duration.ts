import { z } from 'zod'

import { parseDuration } from '../kernel/duration.ts'

/** `45s`, `1m`, `2h`, `30d`; read as milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: 'Expected a duration, such as "45s", "5m", "12h" or "30d"' })
  return z.NEVER
})
