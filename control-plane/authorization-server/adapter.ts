import { errors, type Adapter, type AdapterFactory, type AdapterPayload } from 'oidc-provider'

import type { Clock } from '../kernel/clock.ts'
import type { OAuthPayload, OAuthPayloadStore } from './oauth-payload-store.ts'
import { RefreshRepeated, type RefreshRace } from './refresh-race.ts'

/** What the authorization server tells the rest when it revokes something by itself, such as after a replayed code. */
export type OnGrantRevoked = (grantId: string) => Promise<void>

export interface AdapterPorts {
  readonly store: OAuthPayloadStore
  readonly clock: Clock
  readonly refreshRace: RefreshRace
  readonly onGrantRevoked: OnGrantRevoked
}

/** oidc-provider's storage over ours. */
export const adapterFactory =
  (ports: AdapterPorts): AdapterFactory =>
  (model) =>
    new PayloadAdapter(model, ports)

/** What nobody uses within a day is forgotten, so that strangers cannot fill the store for good. */
const UNUSED_MS = 24 * 60 * 60 * 1000
/** The second name of a device code: a row of its own, taken when the person answers. */
export const USER_CODE = 'UserCode'
const KEPT_ONCE_USED = new Set(['Client', 'RegistrationAccessToken'])
/** Clients that registered and were never used; beyond that the oldest go first. */
const MAX_UNUSED_CLIENTS = 20_000

class PayloadAdapter implements Adapter {
  readonly #model: string
  readonly #store: OAuthPayloadStore
  readonly #clock: Clock
  readonly #refreshRace: RefreshRace
  readonly #onGrantRevoked: OnGrantRevoked

  constructor(model: string, ports: AdapterPorts) {
    this.#model = model
    this.#store = ports.store
    this.#clock = ports.clock
    this.#refreshRace = ports.refreshRace
    this.#onGrantRevoked = ports.onGrantRevoked
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const livesMs = KEPT_ONCE_USED.has(this.#model) ? UNUSED_MS : expiresInSeconds && expiresInSeconds * 1000
    const expiresAtMs = livesMs === undefined ? undefined : this.#clock.nowMs() + livesMs
    const key = { model: this.#model, id }
    if (this.#model === 'ReplayDetection') {
      // The library looked before; of two that looked at the same time, one gets past this line.
      if (!(await this.#store.putNew(key, { ...payload }, { expiresAtMs })))
        throw new errors.InvalidGrant('replay detected')
      return
    }
    // A grant belongs to itself: what ends it takes it along.
    const grantId = this.#model === 'Grant' ? id : payload.grantId
    await this.#store.put(key, { ...payload }, { grantId, uid: payload.uid, expiresAtMs })
    if (this.#model === 'Client') await this.#store.removeEarliest('Client', MAX_UNUSED_CLIENTS)
    if (payload.userCode !== undefined) {
      await this.#store.putNew({ model: USER_CODE, id: payload.userCode }, { deviceCode: id }, { expiresAtMs })
    }
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = payloadOf(await this.#store.find({ model: this.#model, id }, this.#clock.nowMs()))
    if (found === undefined) return undefined
    if (this.#model === 'RegistrationAccessToken') await this.#store.keep({ model: this.#model, id })
    // Thrown before the library would take the repetition for a theft and revoke the family.
    const isSpent = this.#model === 'RefreshToken' && 'consumed' in found && this.#refreshRace.isRefreshing(id)
    if (isSpent && (await this.#refreshRace.find(id)) !== undefined) throw new RefreshRepeated()
    return found
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return payloadOf(await this.#store.findByUid({ model: this.#model, id: uid }, this.#clock.nowMs()))
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const named = await this.#store.find({ model: USER_CODE, id: userCode }, this.#clock.nowMs())
    const deviceCode = named?.payload['deviceCode']
    return typeof deviceCode === 'string' ? this.find(deviceCode) : undefined
  }

  /** The library looks first and consumes later; of two that looked at the same time, one gets past this line. */
  async consume(id: string): Promise<void> {
    const first = await this.#store.consume({ model: this.#model, id }, this.#clock.nowMs())
    if (!first) throw new errors.InvalidGrant('already used')
  }

  async destroy(id: string): Promise<void> {
    await this.#store.remove({ model: this.#model, id })
    if (this.#model === 'Grant') await this.#onGrantRevoked(id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#store.removeOfGrant(this.#model, grantId)
  }
}

const payloadOf = (stored: OAuthPayload | undefined): AdapterPayload | undefined =>
  stored && {
    ...stored.payload,
    ...(stored.consumedAtMs === undefined ? {} : { consumed: Math.floor(stored.consumedAtMs / 1000) }),
  }
