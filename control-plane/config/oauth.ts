import type { JsonWebKey } from 'node:crypto'

import { z } from 'zod'

import { isRecord } from '../kernel/record.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import type { ConfiguredClient } from '../oauth/configured-client.ts'
import type { EnterpriseIssuer } from '../oauth/id-jag.ts'
import { grantType } from '../oauth/support.ts'
import type { Finding } from './problem.ts'
import { readNamedFile, readSecret, type Reading } from './secret.ts'

const url = z.string().refine((text) => URL.canParse(text), 'Expected a URL')
const httpsUrl = url.refine((text) => new URL(text).protocol === 'https:', 'Expected an https URL')

/** By the names that people write; `device_code` and `jwt_bearer` have long names on the wire. */
const GRANTS = {
  authorization_code: grantType.authorizationCode,
  refresh_token: grantType.refreshToken,
  client_credentials: grantType.clientCredentials,
  device_code: grantType.deviceCode,
  jwt_bearer: grantType.jwtBearer,
} as const

const client = z.strictObject({
  client_id: z
    .string()
    .regex(/^(?!usr_|cli_)[A-Za-z0-9][A-Za-z0-9._-]{1,63}$/, 'Expected 2 to 64 letters, digits, "." "_" or "-"'),
  client_name: z.string().min(1).max(100).optional(),
  redirect_uris: z.array(url).optional(),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', 'device_code', 'jwt_bearer']))
    .min(1)
    .optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    .optional(),
  client_secret_file: z.string().optional(),
  client_secret_env: z.string().optional(),
  jwks_file: z.string().optional(),
  jwks_uri: httpsUrl.optional(),
})

export const oauthSchema = z.strictObject({
  access_token_minutes: z.int().min(5).max(1440).optional(),
  client_id_metadata_documents: z.union([z.boolean(), z.literal('auto')]).optional(),
  clients: z.array(client).optional(),
  enterprise_issuers: z
    .array(
      z.strictObject({
        issuer: httpsUrl,
        jwks_uri: httpsUrl.optional(),
        domains: z
          .array(z.string().regex(/^[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+$/, 'Expected a domain, such as "example.com"'))
          .optional(),
      }),
    )
    .optional(),
})

export const outboundSchema = z.strictObject({
  private_hosts: z.array(z.string().min(1)).optional(),
  ca_file: z.string().optional(),
})

export interface OAuthSettings {
  /** Milliseconds; 5 minutes to 24 hours, default 30 minutes. */
  readonly accessTokenMs: number
  /** `auto` advertises them once a look outside has shown that they can be fetched. */
  readonly clientIdMetadataDocuments: boolean | 'auto'
  readonly clients: readonly ConfiguredClient[]
  readonly enterpriseIssuers: readonly EnterpriseIssuer[]
}

export function oauthSettings(document: z.infer<typeof oauthSchema> | undefined, at: Reading): OAuthSettings {
  const clients: ConfiguredClient[] = []
  for (const [index, written] of (document?.clients ?? []).entries()) {
    const path = ['oauth', 'clients', index]
    if (clients.some(({ id }) => id === written.client_id)) {
      at.findings.push({
        path: [...path, 'client_id'],
        message: `"${written.client_id}" is another client's id already`,
      })
    }
    const read = clientOf(written, path, at)
    if (read !== undefined) clients.push(read)
  }
  return {
    accessTokenMs: (document?.access_token_minutes ?? 30) * 60_000,
    clientIdMetadataDocuments: document?.client_id_metadata_documents ?? 'auto',
    clients,
    enterpriseIssuers: (document?.enterprise_issuers ?? []).map(({ issuer, jwks_uri: jwksUri, domains }) => ({
      issuer,
      jwksUri,
      domains: (domains ?? []).map((domain) => domain.toLowerCase()),
    })),
  }
}

function clientOf(written: z.infer<typeof client>, path: Finding['path'], at: Reading): ConfiguredClient | undefined {
  const redirectUris = written.redirect_uris ?? []
  for (const [index, redirect] of redirectUris.entries()) {
    const { protocol, hostname } = new URL(redirect)
    if (protocol === 'http:' && !isLoopbackHostname(hostname)) {
      const message = 'Codes sent over plain HTTP can be read by others'
      at.findings.push({ path: [...path, 'redirect_uris', index], message, hint: 'use https, or http on loopback' })
    }
  }
  const defaults =
    redirectUris.length > 0 ? (['authorization_code', 'refresh_token'] as const) : (['client_credentials'] as const)
  const grants: readonly (keyof typeof GRANTS)[] = written.grant_types ?? defaults
  if (grants.includes('authorization_code') && redirectUris.length === 0) {
    at.findings.push({ path, message: 'A client with authorization_code needs redirect_uris' })
  }
  const authentication = authenticationOf(written, path, at)
  if (authentication === undefined) return undefined
  if (authentication.method === 'none' && (grants.includes('client_credentials') || grants.includes('jwt_bearer'))) {
    const hint = 'add client_secret_file, client_secret_env, jwks_file or jwks_uri'
    at.findings.push({ path, message: 'A client that acts without a person must prove itself', hint })
  }
  return {
    id: written.client_id,
    name: written.client_name ?? written.client_id,
    redirectUris,
    grantTypes: grants.map((grant) => GRANTS[grant]),
    authentication,
  }
}

function authenticationOf(
  written: z.infer<typeof client>,
  path: Finding['path'],
  at: Reading,
): ConfiguredClient['authentication'] | undefined {
  const before = at.findings.length
  const method = written.token_endpoint_auth_method
  const secret = readSecret(
    { name: 'client_secret', file: written.client_secret_file, env: written.client_secret_env },
    path,
    at,
  )
  const keys = written.jwks_file === undefined ? undefined : keysOf(written.jwks_file, [...path, 'jwks_file'], at)
  if (at.findings.length > before) return undefined
  const given = [secret, keys, written.jwks_uri].filter((proof) => proof !== undefined)
  if (given.length > 1) {
    at.findings.push({ path, message: 'A client has one way to prove itself: a secret, or keys' })
    return undefined
  }
  if (
    secret !== undefined &&
    (method === undefined || method === 'client_secret_basic' || method === 'client_secret_post')
  ) {
    return { method: method ?? 'client_secret_basic', secret }
  }
  if (keys !== undefined && (method ?? 'private_key_jwt') === 'private_key_jwt')
    return { method: 'private_key_jwt', keys }
  if (written.jwks_uri !== undefined && (method ?? 'private_key_jwt') === 'private_key_jwt') {
    return { method: 'private_key_jwt', jwksUri: written.jwks_uri }
  }
  if (given.length === 0 && (method ?? 'none') === 'none') return { method: 'none' }
  at.findings.push({
    path: [...path, 'token_endpoint_auth_method'],
    message: `"${method}" does not go with what the client has`,
    hint: 'client_secret_* needs a secret, private_key_jwt needs jwks_file or jwks_uri, none needs neither',
  })
  return undefined
}

function keysOf(file: string, path: Finding['path'], at: Reading): readonly JsonWebKey[] | undefined {
  const text = readNamedFile(file, path, at)
  if (text === undefined) return undefined
  try {
    const set: unknown = JSON.parse(text)
    if (isRecord(set) && Array.isArray(set['keys']) && set['keys'].length > 0 && set['keys'].every(isRecord)) {
      if (!set['keys'].some((key) => 'd' in key || 'k' in key)) return set['keys']
      at.findings.push({
        path,
        message: `"${file}" holds a private or symmetric key`,
        hint: 'only public keys belong here',
      })
      return undefined
    }
  } catch {
    // Said below.
  }
  at.findings.push({ path, message: `"${file}" is no JWK set`, hint: 'expected {"keys": [ … ]} (RFC 7517 §5)' })
  return undefined
}
