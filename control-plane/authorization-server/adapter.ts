import { errors, type Adapter, type AdapterFactory, type AdapterPayload } from 'oidc-provider'

import type { Clock } from '../kernel/clock.ts'
import type { OAuthPayload, OAuthPayloadStore } from './oauth-payload-store.ts'

/** What the authorization server tells the rest when it revokes something by itself, such as after a replayed code. */
export type OnGrantRevoked = (grantId: string) => Promise<void>

/** oidc-provider's storage over ours. */
export const adapterFactory =
  (ports: { store: OAuthPayloadStore; clock: Clock; onGrantRevoked: OnGrantRevoked }): AdapterFactory =>
  (model) =>
    new PayloadAdapter(model, ports)

const UNUSED_CLIENT_MS = 24 * 60 * 60 * 1000

class PayloadAdapter implements Adapter {
  readonly #model: string
  readonly #store: OAuthPayloadStore
  readonly #clock: Clock
  readonly #onGrantRevoked: OnGrantRevoked

  constructor(model: string, ports: { store: OAuthPayloadStore; clock: Clock; onGrantRevoked: OnGrantRevoked }) {
    this.#model = model
    this.#store = ports.store
    this.#clock = ports.clock
    this.#onGrantRevoked = ports.onGrantRevoked
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const livesMs = await this.#lifeOf(id, expiresInSeconds)
    await this.#store.put(
      { model: this.#model, id },
      { ...payload },
      {
        grantId: payload.grantId,
        uid: payload.uid,
        expiresAtMs: livesMs === undefined ? undefined : this.#clock.nowMs() + livesMs,
      },
    )
  }

  /** A registration that nobody uses is forgotten after a day, so that strangers cannot fill the store for good. */
  async #lifeOf(id: string, expiresInSeconds: number | undefined): Promise<number | undefined> {
    if (expiresInSeconds !== undefined) return expiresInSeconds * 1000
    if (this.#model !== 'Client') return undefined
    return (await this.find(id)) === undefined ? UNUSED_CLIENT_MS : undefined
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return payloadOf(await this.#store.find({ model: this.#model, id }, this.#clock.nowMs()))
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return payloadOf(await this.#store.findByUid({ model: this.#model, id: uid }, this.#clock.nowMs()))
  }

  /** Asked for by the interface; without the device flow there is no such code. */
  async findByUserCode(): Promise<undefined> {
    return undefined
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
