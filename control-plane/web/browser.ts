import { randomBytes } from 'node:crypto'

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { browserNameOf } from '../identity/browser-name.ts'
import type { User } from '../identity/user.ts'
import type { SignInFrom } from '../identity/web-sign-in.ts'
import { WEB_SESSION_MS, type WebSession, type WebSessions } from '../identity/web-sessions.ts'
import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import type { KnownDevices } from './known-devices.ts'
import { pageHeaders, renderPage, type Page } from './pages/layout.ts'

/** The browser's side of a request: its session, and how it is answered. */
export class Browser {
  readonly #sessions: WebSessions
  readonly #devices: KnownDevices
  readonly #secure: boolean
  /** `__Host-` keeps a tunnel's host from planting the cookie; browsers accept it under TLS only (RFC 6265bis §4.1.3). */
  readonly #cookie: string
  readonly #replies = new WeakMap<FastifyRequest, FastifyReply>()
  /** One look for each request, however many ask. */
  readonly #found = new WeakMap<FastifyRequest, Promise<WebSession | undefined>>()

  constructor(options: { sessions: WebSessions; devices: KnownDevices; secure: boolean }) {
    this.#sessions = options.sessions
    this.#devices = options.devices
    this.#secure = options.secure
    this.#cookie = options.secure ? '__Host-sallyport' : 'sallyport'
  }

  /** Lets a session's cookie be renewed by whatever page finds it. */
  install(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => {
      this.#replies.set(request, reply)
    })
  }

  async findUser(request: FastifyRequest): Promise<User | undefined> {
    return (await this.findSession(request))?.user
  }

  findSession(request: FastifyRequest): Promise<WebSession | undefined> {
    const found = this.#found.get(request) ?? this.#find(request)
    this.#found.set(request, found)
    return found
  }

  /** Ends the session that the browser had: what was planted in it is worth nothing afterwards. */
  async signIn(user: User, reply: FastifyReply): Promise<void> {
    const { request } = reply
    const before = await this.findSession(request)
    if (before !== undefined) await this.#sessions.end(before.id, before.user.id)
    const cookie = await this.#sessions.begin(user, {
      browser: browserNameOf(request.headers['user-agent']),
      network: networkOf(request),
    })
    this.#setCookie(reply, cookie, WEB_SESSION_MS)
    this.#devices.remember(reply, user.email)
  }

  async signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = await this.findSession(request)
    if (session !== undefined) await this.#sessions.end(session.id, session.user.id)
    reply.clearCookie(this.#cookie, { path: '/', httpOnly: true, secure: this.#secure, sameSite: 'lax' })
  }

  /** The person has proven to own the account without signing in: the browser may try the password at its own pace. */
  remember(user: User, reply: FastifyReply): void {
    this.#devices.remember(reply, user.email)
  }

  signInFrom(request: FastifyRequest, next: string): SignInFrom {
    return { network: networkOf(request), next, deviceFor: (account) => this.#devices.deviceFor(request, account) }
  }

  /** Whose tries are counted together: a browser that has been here is not held up by its network. */
  rateKeyOf(request: FastifyRequest): string {
    const account = this.#devices.accountOf(request)
    return account === undefined ? networkOf(request) : `known ${account}`
  }

  async #find(request: FastifyRequest): Promise<WebSession | undefined> {
    const reply = this.#replies.get(request)
    // Only pages: some answers to forms are written past the reply that would carry the cookie.
    const mayRotate = request.method === 'GET' && reply !== undefined
    const session = await this.#sessions.find(request.cookies[this.#cookie], mayRotate)
    if (session?.renewed !== undefined && reply !== undefined) {
      this.#setCookie(reply, session.renewed.cookie, session.renewed.leftMs)
    }
    return session
  }

  #setCookie(reply: FastifyReply, value: string, lifeMs: number): void {
    const maxAge = Math.floor(lifeMs / 1000)
    reply.setCookie(this.#cookie, value, { path: '/', httpOnly: true, secure: this.#secure, sameSite: 'lax', maxAge })
  }
}

/** Who is there. Envoy sets the header on every request and removes what a client wrote into it. */
export function clientAddressOf(request: FastifyRequest): string {
  const address = request.headers['x-sallyport-client-address']
  if (typeof address !== 'string') throw new Error('A request that did not come through Envoy')
  return address
}

export const networkOf = (request: FastifyRequest): string => neighbourhoodOf(clientAddressOf(request))

export function show(reply: FastifyReply, page: Page, status = 200): FastifyReply {
  const nonce = randomBytes(16).toString('base64')
  return reply
    .code(status)
    .headers(pageHeaders(page, nonce))
    .type('text/html; charset=utf-8')
    .send(renderPage(page, nonce))
}

/** Only a path of ours: `//evil.example` and `/\evil.example` are other hosts to a browser. */
export const localPath = (next: unknown): string =>
  typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\') ? next : '/'
