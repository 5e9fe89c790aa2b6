import { expect, test } from 'vitest'

import type { User } from '../identity/user.ts'
import { silentLog } from '../kernel/log.ts'
import { ok } from '../kernel/result.ts'
import { Secret } from '../kernel/secret.ts'
import type { UpstreamConnection, UpstreamConnectionStore, UpstreamTokens } from './connection.ts'
import { UpstreamConnections } from './connections.ts'
import { idOf, TokenCopy } from './token-copy.ts'
import type { RefreshOutcome, UpstreamServer } from './upstream-server.ts'

const LIFE_MS = 600_000
/** With a fifth of the life left. */
const DUE_MS = 480_000
const key = { userId: 'usr_ann', route: 'notes' }
const request = {
  issuer: 'https://as.example',
  leadsTo: 'https://as.example',
  resource: 'https://mcp.example/mcp',
  clientId: 'us',
  scope: 'read',
}

/** A brain without network or store: time and the server's answers are the test's. */
class Lab {
  nowMs = 0
  readonly rows = new Map<string, UpstreamConnection>()
  /** Refresh tokens that came, in order. */
  readonly refreshes: string[] = []
  readonly revoked: string[] = []
  readonly copy = new TokenCopy()
  disabled = false
  answer: (token: string) => RefreshOutcome | Promise<RefreshOutcome> = () => this.fresh()
  #issued = 0
  readonly connections: UpstreamConnections

  constructor(url = request.resource) {
    let sequence = 0
    const server: UpstreamServer = {
      url,
      find: async () => ok(request),
      prepare: async () => ok(request),
      signInUrl: async () => ok(new URL('https://as.example/authorize')),
      finish: async () => ok(this.tokens()),
      refresh: async (token) => {
        this.refreshes.push(token.reveal())
        return this.answer(token.reveal())
      },
      revoke: async ({ refreshToken }) => void this.revoked.push(refreshToken?.reveal() ?? ''),
    }
    const store: UpstreamConnectionStore = {
      all: async () => [...this.rows.values()],
      put: async (connection) => void this.rows.set(idOf(connection), connection),
      renew: async (connection, ifGeneration) => {
        if (this.rows.get(idOf(connection))?.generation !== ifGeneration) return false
        this.rows.set(idOf(connection), connection)
        return true
      },
      remove: async (gone) => this.rows.delete(idOf(gone)),
    }
    let drawn = 0
    this.connections = new UpstreamConnections({
      store,
      servers: new Map([['notes', server]]),
      feed: { publish: (change) => this.copy.apply({ sequence: (sequence += 1), change }, this.nowMs) },
      standing: { findUser: (id) => (this.disabled ? undefined : ({ id } as User)) },
      clock: { nowMs: () => this.nowMs },
      random: { bytes: (count) => (count === 1 ? Buffer.from([0]) : Buffer.alloc(count, (drawn += 1))) },
      log: silentLog,
    })
  }

  tokens(over: Partial<UpstreamTokens> = {}): UpstreamTokens {
    this.#issued += 1
    return {
      accessToken: new Secret(`access-${this.#issued}`),
      refreshToken: new Secret(`refresh-${this.#issued}`),
      expiresAtMs: this.nowMs + LIFE_MS,
      scope: 'read',
      ...over,
    }
  }

  fresh(over: Partial<UpstreamTokens> = {}): RefreshOutcome {
    return { kind: 'refreshed', tokens: this.tokens(over) }
  }

  connect(tokens = this.tokens()): Promise<void> {
    return this.connections.connect(key, request, tokens)
  }

  async sweepAt(nowMs: number): Promise<void> {
    this.nowMs = nowMs
    this.connections.sweep()
    await settled()
  }

  async refuse(status = 401, challenge = ''): Promise<void> {
    const generation = this.copy.find(key)?.generation ?? ''
    await this.connections.refused({ ...key, generation, status, challenge })
  }

  /** What goes up now. */
  get current(): string | undefined {
    return this.copy.find(key)?.accessToken.reveal()
  }

  get needsSignIn(): boolean {
    return this.copy.find(key) === undefined && this.rows.get(idOf(key))?.tokens === undefined
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('who has connected is known to the authorizer and to the store, for that person and route alone', async () => {
  const lab = new Lab()

  await lab.connect()

  expect(lab.current).toBe('access-1')
  expect(lab.copy.find({ ...key, userId: 'usr_bob' })).toBeUndefined()
  expect(lab.copy.find({ ...key, route: 'other' })).toBeUndefined()
  expect(lab.rows.get(idOf(key))?.tokens?.refreshToken?.reveal()).toBe('refresh-1')
})

test('tokens are refreshed ahead of their end, with the refresh token that is the newest', async () => {
  const lab = new Lab()
  await lab.connect()

  await lab.sweepAt(DUE_MS - 1)
  expect(lab.refreshes).toEqual([])
  await lab.sweepAt(DUE_MS)
  await lab.sweepAt(DUE_MS * 2)

  expect(lab.refreshes).toEqual(['refresh-1', 'refresh-2'])
  expect(lab.current).toBe('access-3')
})

test('a server that keeps its refresh token goes on with it', async () => {
  const lab = new Lab()
  await lab.connect()
  lab.answer = () => lab.fresh({ refreshToken: undefined, scope: undefined })

  await lab.sweepAt(DUE_MS)

  expect(lab.rows.get(idOf(key))?.tokens).toMatchObject({ scope: 'read' })
  expect(lab.rows.get(idOf(key))?.tokens?.refreshToken?.reveal()).toBe('refresh-1')
})

test('one refresh at a time, however many ask for it', async () => {
  const lab = new Lab()
  await lab.connect()
  const answer = Promise.withResolvers<RefreshOutcome>()
  lab.answer = () => answer.promise

  lab.nowMs = LIFE_MS
  lab.connections.sweep()
  lab.connections.sweep()
  lab.connections.touch(key)
  const refused = lab.refuse()
  answer.resolve(lab.fresh())
  await refused

  expect(lab.refreshes).toEqual(['refresh-1'])
})

test('a grant that has ended asks for the person; nothing is tried again', async () => {
  const lab = new Lab()
  await lab.connect()
  lab.answer = () => ({ kind: 'ended', detail: 'invalid_grant' })

  await lab.sweepAt(DUE_MS)
  await lab.sweepAt(DUE_MS * 2)

  expect(lab.needsSignIn).toBe(true)
  expect(lab.refreshes).toHaveLength(1)
})

test('a server that does not answer is asked again after a pause, and the old token serves meanwhile', async () => {
  const lab = new Lab()
  await lab.connect()
  lab.answer = () => ({ kind: 'failed', detail: 'down' })

  await lab.sweepAt(DUE_MS)
  await lab.sweepAt(DUE_MS + 1999)
  expect(lab.refreshes).toHaveLength(1)
  expect(lab.current).toBe('access-1')
  lab.answer = () => lab.fresh()
  await lab.sweepAt(DUE_MS + 2000)

  expect(lab.current).toBe('access-2')
})

test('a call after the end starts a refresh at once; one before it does not', async () => {
  const lab = new Lab()
  await lab.connect()

  lab.nowMs = LIFE_MS - 1
  lab.connections.touch(key)
  await settled()
  expect(lab.refreshes).toHaveLength(0)
  lab.nowMs = LIFE_MS
  lab.connections.touch(key)
  await settled()

  expect(lab.current).toBe('access-2')
})

test('nothing is renewed for a person who is disabled', async () => {
  const lab = new Lab()
  await lab.connect()
  lab.disabled = true

  await lab.sweepAt(DUE_MS)

  expect(lab.refreshes).toHaveLength(0)
})

test('a refused token is refreshed once; when its successor is refused, the person is asked', async () => {
  const lab = new Lab()
  await lab.connect()

  await lab.refuse()
  expect(lab.current).toBe('access-2')
  await lab.refuse()

  expect(lab.needsSignIn).toBe(true)
})

test('after an ordinary refresh a refusal is again met with a refresh', async () => {
  const lab = new Lab()
  await lab.connect()
  await lab.refuse()
  await lab.sweepAt(DUE_MS)

  await lab.refuse()

  expect(lab.current).toBe('access-4')
})

test('news of tokens that have been replaced changes nothing', async () => {
  const lab = new Lab()
  await lab.connect()
  const { generation = '' } = lab.copy.find(key) ?? {}
  await lab.refuse()

  await lab.connections.refused({ ...key, generation, status: 401, challenge: '' })

  expect(lab.current).toBe('access-2')
  expect(lab.refreshes).toHaveLength(1)
})

test('a refused token without a refresh token asks for the person', async () => {
  const lab = new Lab()
  await lab.connect(lab.tokens({ refreshToken: undefined }))

  await lab.refuse()

  expect(lab.needsSignIn).toBe(true)
})

test('a call that needs more scope asks for a sign-in with all of it, once', async () => {
  const lab = new Lab()
  await lab.connect()

  await lab.refuse(403, 'Bearer error="insufficient_scope", scope="write"')

  expect(lab.needsSignIn).toBe(true)
  expect(lab.connections.find(key)?.askedScope).toBe('read write')
})

test.each([
  ['what was asked for already', 'Bearer error="insufficient_scope", scope="read"'],
  ['something else', 'Bearer error="access_denied"'],
  ['nothing', ''],
])('a 403 that says %s changes nothing', async (_, challenge) => {
  const lab = new Lab()
  await lab.connect()

  await lab.refuse(403, challenge)

  expect(lab.current).toBe('access-1')
})

test('disconnecting ends it here before the server hears of it', async () => {
  const lab = new Lab()
  await lab.connect()

  await lab.connections.disconnect(key)

  expect(lab.needsSignIn).toBe(true)
  expect(lab.rows.size).toBe(0)
  expect(lab.revoked).toEqual(['refresh-1'])
})

test('tokens that arrive after the person has disconnected are given back', async () => {
  const lab = new Lab()
  await lab.connect()
  const answer = Promise.withResolvers<RefreshOutcome>()
  lab.answer = () => answer.promise
  await lab.sweepAt(DUE_MS)

  await lab.connections.disconnect(key)
  answer.resolve(lab.fresh())
  await settled()

  expect(lab.current).toBeUndefined()
  expect(lab.rows.size).toBe(0)
  expect(lab.revoked).toEqual(['refresh-1', 'refresh-2'])
})

test('a stop waits for tokens that are on their way, and starts no more', async () => {
  const lab = new Lab()
  await lab.connect()
  const answer = Promise.withResolvers<RefreshOutcome>()
  lab.answer = () => answer.promise
  await lab.sweepAt(DUE_MS)

  const stopping = lab.connections[Symbol.asyncDispose]()
  answer.resolve(lab.fresh())
  await stopping

  expect(lab.rows.get(idOf(key))?.tokens?.accessToken.reveal()).toBe('access-2')
  await lab.sweepAt(DUE_MS * 3)
  expect(lab.refreshes).toHaveLength(1)
})

test('a start publishes what the store has', async () => {
  const [before, after] = [new Lab(), new Lab()]
  await before.connect()
  for (const [id, row] of before.rows) after.rows.set(id, row)

  await after.connections.load()

  expect(after.current).toBe('access-1')
})

test('a route that leads to another server now does not get the tokens of the one before', async () => {
  const [before, after] = [new Lab(), new Lab('https://other.example/mcp')]
  await before.connect()
  for (const [id, row] of before.rows) after.rows.set(id, row)

  await after.connections.load()

  expect(after.needsSignIn).toBe(true)
})

test('a copy that has missed a change or hears nothing any more is not trusted', async () => {
  const copy = new TokenCopy()

  copy.apply({ sequence: 7, change: { kind: 'heartbeat' } }, 0)
  expect(copy.isFresh(5000)).toBe(true)
  expect(copy.isFresh(5001)).toBe(false)
  copy.apply({ sequence: 9, change: { kind: 'heartbeat' } }, 100)

  expect(copy.isFresh(100)).toBe(false)
})
