import type Provider from 'oidc-provider'

import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import type { Grants } from '../oauth/grants.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'
import { KEPT_WITH_CONSENT } from './registration.ts'

export interface GrantAccessPorts {
  readonly provider: () => Provider
  readonly grants: Grants
  readonly payloads: OAuthPayloadStore
  readonly random: Random
}

/** What a person said yes to. */
export interface Access {
  readonly userId: string
  readonly clientId: string
  readonly clientName: string
  readonly resource: string
  readonly scope: string
  readonly redirectHost: string | undefined
}

/** Makes the grant, known to the authorizers before any token of it; its client is kept from then on. */
export async function grantAccess(access: Access, ports: GrantAccessPorts): Promise<string> {
  const { userId, clientId, resource, scope } = access
  const provider = ports.provider()
  const grant = new provider.Grant({ accountId: userId, clientId })
  grant.jti = newId('grt', ports.random)
  grant.addResourceScope(resource, scope)
  const id = await grant.save()
  for (const model of KEPT_WITH_CONSENT) await ports.payloads.keep({ model, id: clientId })
  await ports.grants.add({ id, ...access })
  return id
}
