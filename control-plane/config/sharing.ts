import { z } from 'zod'

import { parseNamePattern, type NamePattern } from '../sharing/name-pattern.ts'
import { DEFAULT_MAX_SHARE_MS, type SharingRules } from '../sharing/share.ts'
import { duration } from './duration.ts'
import type { Finding } from './problem.ts'
import type { Served } from './route-rules.ts'

const pattern = z.string().transform((text, context): NamePattern => {
  const parsed = parseNamePattern(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: 'Expected a name, with "*" at its beginning or end at most' })
  return z.NEVER
})

/** What people may share of what they serve. */
export const sharingSchema = z.strictObject({
  allowed: z.boolean().optional(),
  max_duration: duration.optional(),
  tools: z.array(pattern).min(1).optional(),
  emails: z.array(pattern).min(1).optional(),
})

/** Personal tunnels are their owners' to share; what the configuration serves is shared only where it says so. */
export function sharingOf(
  written: z.infer<typeof sharingSchema> | undefined,
  served: Served,
  path: Finding['path'],
  { findings }: { readonly findings: Finding[] },
): SharingRules {
  if (written !== undefined && served === 'at_an_address') {
    findings.push({
      path,
      message: 'Nobody serves this route over SSH, so nobody could share it',
      hint: 'write who may call it in its policy',
    })
  }
  return {
    allowed: written?.allowed ?? (served === 'personally' || written !== undefined),
    maxMs: written?.max_duration ?? DEFAULT_MAX_SHARE_MS,
    tools: written?.tools,
    emails: written?.emails?.map((each) => ({ ...each, text: each.text.toLowerCase() })),
  }
}
