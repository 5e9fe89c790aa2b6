import { z } from 'zod'

import { nearest } from '../policy/problem.ts'
import { auditSchema, routeAuditSchema } from './audit.ts'
import { identityProvidersSchema } from './identity-provider-schema.ts'
import { limitsSchema } from './limits.ts'
import { listenAddress } from './listen-address.ts'
import { mailSchema } from './mail.ts'
import { oauthSchema, outboundSchema } from './oauth.ts'
import type { Finding } from './problem.ts'
import { routeRulesShape } from './route-rules.ts'
import { sshSchema } from './ssh.ts'
import { upstreamSideShape } from './upstream-side.ts'

const url = z.string().refine((text) => URL.canParse(text), 'Expected a URL, such as "https://gateway.example.com"')
const origin = z
  .string()
  .refine(
    (text) => text === 'loopback' || (URL.canParse(text) && new URL(text).origin === text),
    'Expected an origin, such as "https://app.example.com", or "loopback"',
  )

/** What a policy, a group or a part of a path may be called. */
const name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9_.@-]{0,98}[a-z0-9])?$/i, 'Expected letters, digits, "_", "-", "." or "@"')

const routes = z
  .array(
    z.strictObject({
      from: url,
      to: url.optional(),
      tls_custom_ca_file: z.string().optional(),
      policy: z.unknown().optional(),
      upstream_tunnel: z.strictObject({ ssh_policy: z.unknown().optional() }).optional(),
      mcp: z.strictObject({ server: z.strictObject({}).nullish() }).optional(),
      audit: routeAuditSchema.optional(),
      limits: limitsSchema.optional(),
      ...upstreamSideShape,
      ...routeRulesShape,
    }),
  )
  .optional()
const policies = z.record(name, z.unknown()).optional()
const groups = z.record(name, z.array(z.string())).optional()

/** A file that `include` names: what can be many, and nothing that there is once. */
export const fragmentSchema = z.strictObject({ groups, policies, routes })

/** `sallyport.yaml` as written. Policies stay unread here: the policy's own compiler reads them. */
export const documentSchema = z.strictObject({
  public_url: url.optional(),
  listen: z.array(listenAddress).min(1).optional(),
  tls: z.strictObject({ certificate: z.string(), key: z.string(), client_ca_file: z.string().optional() }).optional(),
  tunnels: z
    .strictObject({
      mode: z.enum(['path', 'host']).optional(),
      domain: z
        .string()
        .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'Expected a domain, such as "tunnels.example.com"')
        .optional(),
      pass_identity_headers: z.boolean().optional(),
      public_assets: z.boolean().optional(),
      ...routeRulesShape,
    })
    .optional(),
  ssh: sshSchema.optional(),
  accounts: z
    .strictObject({ sign_up: z.enum(['open', 'invited', 'closed']).optional(), passwords: z.boolean().optional() })
    .optional(),
  identity_providers: identityProvidersSchema.optional(),
  mail: mailSchema.optional(),
  oauth: oauthSchema.optional(),
  outbound: outboundSchema.optional(),
  audit: auditSchema.optional(),
  limits: limitsSchema.optional(),
  cors: z.strictObject({ origins: z.array(origin) }).optional(),
  include: z.array(z.string().min(1)).optional(),
  groups,
  policies,
  routes,
})

export type ConfigDocument = z.infer<typeof documentSchema>
export type FragmentDocument = z.infer<typeof fragmentSchema>
export type RouteDocument = NonNullable<ConfigDocument['routes']>[number]

/** zod's issues as findings; an unknown key is pointed at by itself, with what was probably meant. */
export function findingsOf(error: z.ZodError, schema: z.ZodType): readonly Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const path = issue.path.filter((part) => typeof part !== 'symbol')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: sentence(issue.message) }]
    const known = keysAt(path, schema)
    return issue.keys.map((key) => {
      const meant = nearest(key, known)
      const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`
      return { path: [...path, key], message: `Unknown key "${key}"`, hint }
    })
  })
}

function keysAt(path: readonly (string | number)[], root: z.ZodType): readonly string[] {
  let schema = root
  for (const part of path) {
    schema = unwrap(schema)
    const next: unknown =
      schema instanceof z.ZodObject
        ? schema.shape[String(part)]
        : schema instanceof z.ZodArray
          ? schema.element
          : undefined
    if (!(next instanceof z.ZodType)) return []
    schema = next
  }
  schema = unwrap(schema)
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema
}

const sentence = (message: string): string => message.replace(/^Invalid input: expected/, 'Expected')
