import { z } from 'zod'

import { PRESET_NAMES } from '../upstream-idp/presets/known.ts'

const words = z.array(z.string().min(1)).min(1, 'An empty list would admit nobody: leave it out, or name somebody')

/** `identity_providers` as written. */
export const identityProvidersSchema = z.array(
  z.strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9-]{1,30}$/, 'Expected 1 to 30 of a-z, 0-9 and "-": it is part of the callback address'),
    preset: z.enum(PRESET_NAMES).optional(),
    name: z.string().min(1).max(40).optional(),
    issuer: z
      .string()
      .refine((text) => URL.canParse(text), 'Expected a URL, such as "https://login.example.com"')
      .optional(),
    client_id: z.string().min(1),
    client_secret_file: z.string().min(1).optional(),
    client_secret_env: z.string().min(1).optional(),
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'Expected a scope without spaces')).optional(),
    claims: z.record(z.string().min(1), z.string().min(1)).optional(),
    allowed: z
      .strictObject({
        domains: words.optional(),
        emails: words.optional(),
        hosted_domains: words.optional(),
        tenants: words.optional(),
        groups: words.optional(),
      })
      .optional(),
    sign_up: z.boolean().optional(),
    trust_email: z.boolean().optional(),
    refresh_minutes: z.int().min(1).max(1440).optional(),
    max_stale_hours: z.int().min(0).max(720).optional(),
  }),
)

export type IdentityProviderDocument = z.infer<typeof identityProvidersSchema>[number]
