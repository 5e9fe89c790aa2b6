/** What the authorization server keeps: codes, refresh tokens, clients, interactions. */
export interface OAuthPayload {
  readonly payload: Record<string, unknown>
  readonly consumedAtMs: number | undefined
}

export interface OAuthPayloadStore {
  /** Writes or replaces. What was kept for good (`keep`) stays so. */
  put(key: PayloadKey, payload: Record<string, unknown>, options: PutOptions): Promise<void>
  /** Atomic: writes only where nothing is; false where something was. */
  putNew(key: PayloadKey, payload: Record<string, unknown>, options: PutOptions): Promise<boolean>
  find(key: PayloadKey, nowMs: number): Promise<OAuthPayload | undefined>
  /** `id` is the payload's second name, a secret too. */
  findByUid(key: PayloadKey, nowMs: number): Promise<OAuthPayload | undefined>
  /** Everything of one model that has not expired. */
  list(model: string, nowMs: number): Promise<readonly OAuthPayload[]>
  /** Atomic: true for exactly one caller, ever. */
  consume(key: PayloadKey, nowMs: number): Promise<boolean>
  /** Takes the expiry away. */
  keep(key: PayloadKey): Promise<void>
  remove(key: PayloadKey): Promise<void>
  removeOfGrant(model: string, grantId: string): Promise<void>
  removeExpired(nowMs: number): Promise<void>
  /** Of those that would expire, leaves the `most` that expire last. */
  removeEarliest(model: string, most: number): Promise<void>
}

export interface PayloadKey {
  readonly model: string
  /** The secret itself: only its hash is stored. */
  readonly id: string
}

export interface PutOptions {
  readonly grantId?: string | undefined
  readonly uid?: string | undefined
  readonly expiresAtMs: number | undefined
}
