import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import type { DeviceQuestion, DeviceRequests } from '../oauth/device.ts'
import { DEFAULT_SCOPE } from '../oauth/support.ts'
import { USER_CODE } from './adapter.ts'
import { grantAccess, type GrantAccessPorts } from './grant-access.ts'

/** The questions of devices without a browser (RFC 8628). Each is decided once. */
export class DeviceDesk implements DeviceRequests {
  readonly #ports: GrantAccessPorts & { readonly clock: Clock }

  constructor(ports: GrantAccessPorts & { readonly clock: Clock }) {
    this.#ports = ports
  }

  async find(userCode: string): Promise<DeviceQuestion | undefined> {
    const provider = this.#ports.provider()
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
    const code = await this.#take(question)
    if (code === undefined) return false
    const { clientId, clientName, resource, scope } = question
    const access = { userId: user.id, clientId, clientName, resource, scope, redirectHost: undefined }
    const grantId = await grantAccess(access, this.#ports)
    Object.assign(code, {
      accountId: user.id,
      authTime: Math.floor(this.#ports.clock.nowMs() / 1000),
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
    if (!(await this.#ports.payloads.consume(key, this.#ports.clock.nowMs()))) return undefined
    return this.#ports.provider().DeviceCode.findByUserCode(question.userCode)
  }
}

/** As the person reads it from the device: any case, any dashes and blanks. */
const normalized = (userCode: string): string => userCode.toUpperCase().replace(/[^A-Z0-9]/g, '')
