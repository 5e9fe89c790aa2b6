import { randomBytes } from 'node:crypto'

import type { FastifyReply, FastifyRequest } from 'fastify'

import type { User } from '../identity/user.ts'
import { WEB_SESSION_MS, type WebSessions } from '../identity/web-sessions.ts'
import { pageHeaders, renderPage, type Page } from './pages/layout.ts'

/** The browser's side of a request: its session, and how it is answered. */
export class Browser {
  readonly #sessions: WebSessions
  readonly #secure: boolean
  /** `__Host-` keeps a tunnel's host from planting the cookie; browsers accept it under TLS only (RFC 6265bis §4.1.3). */
  readonly #cookie: string

  constructor(options: { sessions: WebSessions; secure: boolean }) {
    this.#sessions = options.sessions
    this.#secure = options.secure
    this.#cookie = options.secure ? '__Host-sallyport' : 'sallyport'
  }

  findUser(request: FastifyRequest): Promise<User | undefined> {
    return this.#sessions.findUser(request.cookies[this.#cookie])
  }

  async signIn(user: User, reply: FastifyReply): Promise<void> {
    const options = {
      path: '/',
      httpOnly: true,
      secure: this.#secure,
      sameSite: 'lax',
      maxAge: WEB_SESSION_MS / 1000,
    } as const
    reply.setCookie(this.#cookie, await this.#sessions.begin(user), options)
  }

  async signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const secret = request.cookies[this.#cookie]
    if (secret !== undefined) await this.#sessions.end(secret)
    reply.clearCookie(this.#cookie, { path: '/', httpOnly: true, secure: this.#secure, sameSite: 'lax' })
  }
}

/** Who is there. Envoy sets the header on every request and removes what a client wrote into it. */
export function clientAddressOf(request: FastifyRequest): string {
  const address = request.headers['x-sallyport-client-address']
  if (typeof address !== 'string') throw new Error('A request that did not come through Envoy')
  return address
}

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
