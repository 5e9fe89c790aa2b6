/**
 * An MCP server on standard input and output as Streamable HTTP, both eras: clients with sessions get a process each
 * (or share one), stateless ones share one. How HTTP is spoken is the SDK's business; what is ours is who talks to which
 * process.
 */
import { randomUUID } from 'node:crypto'

import {
  classifyInboundRequest,
  isInitializeRequest,
  isJsonContentType,
  type JSONRPCMessage,
  PerRequestHTTPServerTransport,
  readRequestBody,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'

import { MessageSwitch, type Party } from './message-switch.ts'

export interface BridgePorts {
  /** A switch with a process of its own, which it starts when it is first used. */
  readonly openSwitch: () => MessageSwitch
  readonly nowMs: () => number
}

export interface BridgeOptions {
  /** One process for all sessions. */
  readonly shared: boolean
}

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport
  readonly switch: MessageSwitch
  readonly party: Party
  usedAtMs: number
  /** Open GET streams: somebody is there. */
  streams: number
}

/** Clients rarely end sessions; each holds a process. */
const MAX_SESSIONS = 64
const IDLE_MS = 30 * 60_000
const SWEEP_MS = 60_000

export class Bridge {
  readonly #ports: BridgePorts
  readonly #options: BridgeOptions
  readonly #sessions = new Map<string, Session>()
  /** For the sessions, where they share a process. */
  #sessionsSwitch: MessageSwitch | undefined
  /** For stateless clients. Not shared with sessions: a server decides by the first message which era it speaks. */
  #statelessSwitch: MessageSwitch | undefined
  #statelessUsedAtMs = 0
  readonly #sweeper: NodeJS.Timeout

  constructor(options: BridgeOptions, ports: BridgePorts) {
    this.#options = options
    this.#ports = ports
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_MS)
    this.#sweeper.unref()
  }

  async handle(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== '/mcp') return new Response(null, { status: 404 })
    if (request.method !== 'POST') return this.#inSession(request)
    if (!isJsonContentType(request.headers.get('content-type'))) return refusal(415, -32_600, 'Send application/json')
    const read = await readRequestBody(request)
    if (read.tooLarge) return refusal(413, -32_600, 'The body is too large')
    let body: unknown
    try {
      body = JSON.parse(read.text)
    } catch {
      return refusal(400, -32_700, 'The body is not valid JSON')
    }
    const header = (name: string) => request.headers.get(name) ?? undefined
    const route = classifyInboundRequest({
      httpMethod: 'POST',
      ...defined('protocolVersionHeader', header('mcp-protocol-version')),
      ...defined('mcpMethodHeader', header('mcp-method')),
      ...defined('mcpNameHeader', header('mcp-name')),
      body,
    })
    switch (route.kind) {
      case 'reject':
        return refusal(route.httpStatus, route.code, route.message, { id: idOf(body), data: route.data })
      case 'modern':
        return this.#exchange(request, route)
      case 'legacy':
        return this.#inSession(request, body)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper)
    await Promise.all([
      ...[...this.#sessions.keys()].map((id) => this.#end(id)),
      this.#sessionsSwitch?.close(),
      this.#statelessSwitch?.close(),
    ])
  }

  /** Ends what nobody has used for long. */
  sweep(): void {
    const before = this.#ports.nowMs() - IDLE_MS
    for (const [id, session] of this.#sessions) {
      if (isIdle(session) && session.usedAtMs < before) void this.#end(id)
    }
    if (this.#statelessSwitch?.isBusy === false && this.#statelessUsedAtMs < before) {
      void this.#statelessSwitch.close()
      this.#statelessSwitch = undefined
    }
  }

  /** One exchange of a stateless client. */
  async #exchange(
    request: Request,
    route: Extract<ReturnType<typeof classifyInboundRequest>, { kind: 'modern' }>,
  ): Promise<Response> {
    this.#statelessSwitch ??= this.#ports.openSwitch()
    this.#statelessUsedAtMs = this.#ports.nowMs()
    const messages = this.#statelessSwitch
    const transport = new PerRequestHTTPServerTransport({ classification: route.classification })
    const party: Party = {
      deliver: (message, relatedTo) =>
        void transport.send(message, relatedTo === undefined ? {} : { relatedRequestId: relatedTo }),
    }
    messages.join(party)
    Object.assign(transport, {
      onmessage: (message: JSONRPCMessage) => messages.send(party, message),
      onclose: () => messages.leave(party),
    })
    await transport.start()
    try {
      return await transport.handleMessage(route.message, { request })
    } catch {
      // The client has left before there was an answer.
      return new Response(null, { status: 499 })
    } finally {
      if (route.messageKind === 'notification') messages.leave(party)
    }
  }

  async #inSession(request: Request, body?: unknown): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    const options = body === undefined ? {} : { parsedBody: body }
    if (id === null && isInitializeRequest(body)) {
      const session = await this.#open()
      if (session === undefined) return refusal(503, -32_000, 'Too many sessions are open')
      const response = await session.transport.handleRequest(request, options)
      // Refused, for example because of what the client accepts.
      if (session.transport.sessionId === undefined) session.switch.leave(session.party)
      return response
    }
    if (id === null) return refusal(400, -32_600, 'Without a session, begin with "initialize"', { id: idOf(body) })
    const session = this.#sessions.get(id)
    if (session === undefined) return refusal(404, -32_001, 'There is no such session', { id: idOf(body) })
    session.usedAtMs = this.#ports.nowMs()
    if (request.method === 'GET') {
      session.streams += 1
      request.signal.addEventListener('abort', () => {
        session.streams -= 1
        session.usedAtMs = this.#ports.nowMs()
      })
    }
    return session.transport.handleRequest(request, options)
  }

  async #open(): Promise<Session | undefined> {
    if (this.#sessions.size >= MAX_SESSIONS && !this.#endIdlest()) return undefined
    const messages = this.#options.shared
      ? (this.#sessionsSwitch ??= this.#ports.openSwitch())
      : this.#ports.openSwitch()
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void this.#sessions.set(id, session),
      onsessionclosed: (id) => this.#end(id),
    })
    const party: Party = {
      deliver: (message, relatedTo) => {
        // It rejects where the client's stream is gone; there is nobody to tell then.
        transport.send(message, relatedTo === undefined ? {} : { relatedRequestId: relatedTo }).catch(() => {})
      },
    }
    const session: Session = { transport, switch: messages, party, usedAtMs: this.#ports.nowMs(), streams: 0 }
    messages.join(party)
    Object.assign(transport, { onmessage: (message: JSONRPCMessage) => messages.send(party, message) })
    await transport.start()
    return session
  }

  #endIdlest(): boolean {
    const idle = [...this.#sessions].filter(([, session]) => isIdle(session))
    const [oldest] = idle.sort(([, a], [, b]) => a.usedAtMs - b.usedAtMs)
    if (oldest === undefined) return false
    void this.#end(oldest[0])
    return true
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id)
    if (session === undefined) return
    this.#sessions.delete(id)
    session.switch.leave(session.party)
    await session.transport.close()
    if (!this.#options.shared) await session.switch.close()
  }
}

const isIdle = (session: Session): boolean => session.streams === 0 && !session.switch.isBusyWith(session.party)

const defined = <K extends string>(name: K, value: string | undefined): { readonly [P in K]?: string } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: string }

function idOf(body: unknown): string | number | null {
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

const refusal = (
  status: number,
  code: number,
  message: string,
  more: { readonly id?: string | number | null; readonly data?: unknown } = {},
): Response => {
  const error = { code, message, ...(more.data === undefined ? {} : { data: more.data }) }
  return Response.json({ jsonrpc: '2.0', id: more.id ?? null, error }, { status })
}
