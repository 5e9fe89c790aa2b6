import type Provider from 'oidc-provider'

import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import type { DeviceQuestion, DeviceRequests } from '../oauth/device.ts'
import type { Grants } from '../oauth/grants.ts'
import { DEFAULT_SCOPE } from '../oauth/support.ts'
import { USER_CODE } from './adapter.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'
import { KEPT_WITH_CONSENT } from './registration.ts'

/** The questions of devices without a browser (RFC 8628). Each is decided once. */
export class DeviceDesk implements DeviceRequests {
  readonly #provider: () => Provider
  readonly #grants: Grants
  readonly #payloads: OAuthPayloadStore
  readonly #clock: Clock
  readonly #random: Random

  constructor(ports: {
    provider: () => Provider
    grants: Grants
    payloads: OAuthPayloadStore
    clock: Clock
    random: Random
  }) {
    this.#provider = ports.provider
    this.#grants = ports.grants
    this.#payloads = ports.payloads
    this.#clock = ports.clock
    this.#random = ports.random
  }

  async find(userCode: string): Promise<DeviceQuestion | undefined> {
    const provider = this.#provider()
    const code = await provider.DeviceCode.findByUserCode(normalized(userCode))
    if (code === undefined || code.error !== undefined || code.accountId !== undefined) return undefined
    const client = await provider.Client.find(code.clientId ?? '')
    const { resource, scope } = code.params ?? {}
    const address: unknown = code.deviceInfo?.['address']
    if (client === undefined || typeof resource !== 'string') return undefined
    return {
      userCode: normalized(userCode),
      clientId: client.clientId,
      clientName: client.clientName ?? client.clientId,
      resource,
      scope: typeof scope === 'string' ? scope : DEFAULT_SCOPE,
      address: typeof address === 'string' ? address : '',
    }
  }

  async allow(question: DeviceQuestion, user: User): Promise<boolean> {
    const provider = this.#provider()
    const code = await this.#take(question)
    if (code === undefined) return false
    const grant = new provider.Grant({ accountId: user.id, clientId: question.clientId })
    grant.jti = newId('grt', this.#random)
    grant.addResourceScope(question.resource, question.scope)
    const grantId = await grant.save()
    for (const model of KEPT_WITH_CONSENT) await this.#payloads.keep({ model, id: question.clientId })
    await this.#grants.add({
      id: grantId,
      userId: user.id,
      clientId: question.clientId,
      clientName: question.clientName,
      resource: question.resource,
      scope: question.scope,
      redirectHost: undefined,
    })
    Object.assign(code, {
      accountId: user.id,
      authTime: Math.floor(this.#clock.nowMs() / 1000),
      grantId,
      scope: question.scope,
      resource: question.resource,
    })
    await code.save()
    return true
  }

  async deny(question: DeviceQuestion): Promise<boolean> {
    const code = await this.#take(question)
    if (code === undefined) return false
    Object.assign(code, { error: 'access_denied', errorDescription: 'The person said no' })
    await code.save()
    return true
  }

  /** Of two answers to one code the second finds nothing (invariant 5). */
  async #take(question: DeviceQuestion) {
    const key = { model: USER_CODE, id: question.userCode }
    if (!(await this.#payloads.consume(key, this.#clock.nowMs()))) return undefined
    return this.#provider().DeviceCode.findByUserCode(question.userCode)
  }
}

/** As the person reads it from the device: any case, any dashes and blanks. */
const normalized = (userCode: string): string => userCode.toUpperCase().replace(/[^A-Z0-9]/g, '')
