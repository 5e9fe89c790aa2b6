import type { JsonWebKey } from 'node:crypto'

import type { Secret } from '../kernel/secret.ts'
import { grantType } from './support.ts'

/** A client that the operator wrote into the configuration: a machine, or an app that cannot register itself. */
export interface ConfiguredClient {
  readonly id: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly grantTypes: readonly string[]
  /** How it proves itself at the token endpoint; `none` for a public client. */
  readonly authentication:
    | { readonly method: 'none' }
    | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: Secret<string> }
    | { readonly method: 'private_key_jwt'; readonly keys: readonly JsonWebKey[] }
    | { readonly method: 'private_key_jwt'; readonly jwksUri: string }
}

/** The grant under which a machine's own tokens are issued. It exists as long as the client is configured. */
export const machineGrantId = (clientId: string): string => `machine:${clientId}`

export const actsForItself = (client: ConfiguredClient): boolean =>
  client.grantTypes.includes(grantType.clientCredentials)
