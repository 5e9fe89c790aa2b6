import type { RegistrationRule } from './rule.ts'

/** What is used here, RFC 7591 §2 and RFC 9449 §5.2. */
const USED = new Set([
  'client_id',
  'client_name',
  'client_uri',
  'redirect_uris',
  'grant_types',
  'response_types',
  'application_type',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'jwks',
  'jwks_uri',
  'dpop_bound_access_tokens',
])

/** Longer than any name that helps a person to recognise a client. */
const MAX_NAME_CHARS = 100

/**
 * Clients register logos, contacts, policies and guessed scopes, some of them malformed. None is used here: logos
 * of strangers are not shown, and a registered scope would cap every later request. So none can make a registration fail.
 */
export const registrationWithDecoration: RegistrationRule = (metadata) => {
  const used = Object.entries(metadata).filter(([name]) => USED.has(name))
  const kept = used.filter(([name, value]) => name !== 'client_uri' || isWebAddress(value))
  return Object.fromEntries(kept.map(([name, value]) => [name, name === 'client_name' ? shortened(value) : value]))
}

/** One line without what is not seen: marks that turn the direction of writing would move our own words around it. */
const shortened = (name: unknown): unknown =>
  typeof name === 'string' ? plain(name).slice(0, MAX_NAME_CHARS).toWellFormed() || undefined : name

const plain = (name: string): string => name.replace(/[\p{C}\s]+/gu, ' ').trim()

const isWebAddress = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
