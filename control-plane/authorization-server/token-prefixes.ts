import type Provider from 'oidc-provider'

import type { Random } from '../kernel/random.ts'

/** 256 bits, so that a prefix takes nothing from what must be guessed. */
const SECRET_BYTES = 32

/** A leaked secret should say what it is, to people and to scanners. The access token is a JWT and says so itself. */
const PREFIXES = {
  AuthorizationCode: 'spc_',
  DeviceCode: 'spd_',
  RefreshToken: 'spr_',
  RegistrationAccessToken: 'spg_',
} as const

const CLIENT_SECRET_PREFIX = 'spx_'

/**
 * The library makes the value of a token by a method of its model that has no setting. Its models belong to one
 * provider each, so this reaches nothing else; a test looks at the tokens that come out.
 */
export function prefixTokens(provider: Provider, random: Random): void {
  for (const [model, prefix] of Object.entries(PREFIXES)) {
    const prototype: unknown = Reflect.get(Reflect.get(provider, model), 'prototype')
    if (typeof prototype !== 'object' || prototype === null || !('generateTokenId' in prototype)) {
      throw new Error(`oidc-provider makes the value of ${model} in another way now`)
    }
    Object.defineProperty(prototype, 'generateTokenId', { value: () => newSecret(prefix, random) })
  }
}

export const newClientSecret = (random: Random): string => newSecret(CLIENT_SECRET_PREFIX, random)

const newSecret = (prefix: string, random: Random): string =>
  `${prefix}${random.bytes(SECRET_BYTES).toString('base64url')}`
