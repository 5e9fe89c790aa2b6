/** A real Envoy with our control plane around it and everything else a stub: what a test of the data plane needs. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { accessLogService, type AccessLogEntry } from '../../control-plane/grpc/access-log.ts'
import { adsService } from '../../control-plane/grpc/ads.ts'
import { extAuthzMethod, type Check } from '../../control-plane/grpc/ext-authz.ts'
import { extProcService, type Processing } from '../../control-plane/grpc/ext-proc.ts'
import { openGrpcServer } from '../../control-plane/grpc/server.ts'
import { openUnaryServer } from '../../control-plane/grpc/unary-server.ts'
import type { Log, LogFields } from '../../control-plane/kernel/log.ts'
import type { EdgePlan } from '../../control-plane/xds/edge-plan.ts'
import type { ConnectorEndpoint } from '../../control-plane/xds/translate-clusters.ts'
import { Xds } from '../../control-plane/xds/xds.ts'
import { locateEnvoy } from '../../envoy/locate.ts'
import { EnvoySupervisor } from '../../envoy/supervise.ts'
import { pathMode } from '../golden/edge-plans.ts'

type Serve = (request: IncomingMessage, response: ServerResponse) => void

export interface Call {
  readonly path: string
  readonly method?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What each stub does; a test replaces the one that it is about. */
export interface Stubs {
  check: Check
  inspect: Processing['receive']
  web: Serve
  upstream: Serve
}

export class DataPlane implements AsyncDisposable {
  readonly stubs: Stubs
  readonly folder: string
  readonly plan: EdgePlan
  readonly logged: (LogFields & { readonly event: string })[] = []
  readonly accessLog: AccessLogEntry[] = []
  readonly log: Log
  readonly #open = new AsyncDisposableStack()
  xds: Xds
  #ads: AsyncDisposable | undefined

  private constructor(stubs: Stubs, folder: string, plan: EdgePlan) {
    this.stubs = stubs
    this.folder = folder
    this.plan = plan
    const write = (event: string, fields?: LogFields): void => void this.logged.push({ event, ...fields })
    this.log = { error: write, warn: write, info: write, debug: () => {} }
    this.xds = new Xds({ log: this.log })
  }

  /** In path mode unless `shape` says something else. */
  static async open(stubs: Stubs, shape: Partial<EdgePlan> = {}): Promise<DataPlane> {
    const folder = await mkdtemp(join(tmpdir(), 'data-plane-'))
    await mkdir(join(folder, 'run'), { mode: 0o700 })
    const listen = [{ host: '127.0.0.1', port: await freePort() }]
    const plan = { ...pathMode, maxBodyBytes: 100_000, maxAnonymousBodyBytes: 10_000, ...shape, listen }
    const plane = new DataPlane(stubs, folder, plan)
    await plane.#start()
    return plane
  }

  socket(name: string): string {
    return join(this.folder, 'run', name)
  }

  async #start(): Promise<void> {
    this.#open.defer(() => rm(this.folder, { recursive: true, force: true }))
    const { log, stubs } = this
    const authorizer = extAuthzMethod((checked, onGone) => stubs.check(checked, onGone), log)
    const inspector = extProcService(() => ({ receive: (message) => stubs.inspect(message), close() {} }), log)
    const entries = accessLogService((entry) => this.accessLog.push(entry), log)
    this.#open.use(await openUnaryServer(this.socket('authorizer-0.sock'), authorizer))
    this.#open.use(await openGrpcServer(this.socket('control-plane.sock'), [inspector, entries]))
    this.#open.use(await serveHttp(this.socket('web.sock'), (...args) => stubs.web(...args)))
    this.#open.use(await serveHttp(this.socket('upstream.sock'), (...args) => stubs.upstream(...args)))
    await this.#serveXds()
    this.#open.defer(async () => this.#ads?.[Symbol.asyncDispose]())
    const { path: executable } = await locateEnvoy()
    this.#open.use(await EnvoySupervisor.start({ executable, dataFolder: this.folder, log, concurrency: 1 }))
    await this.xds.whenAcked('connector/con_a')
    await this.#listening()
  }

  async #serveXds(): Promise<void> {
    this.xds.setPlan(this.plan)
    this.xds.setConnectors({ put: { id: 'con_a', socketPath: './run/upstream.sock', target: 'localhost:8080' } })
    this.#ads = await openGrpcServer(this.socket('xds.sock'), [adsService(this.xds, this.log)])
  }

  /** The control plane stops and another one takes its place, which knows the same and `connectors` besides. */
  async restartControlPlane(connectors: readonly ConnectorEndpoint[] = []): Promise<void> {
    await this.#ads?.[Symbol.asyncDispose]()
    this.xds = new Xds({ log: this.log })
    for (const put of connectors) this.xds.setConnectors({ put })
    await this.#serveXds()
    await this.xds.whenAcked('connector/con_a')
  }

  /** Clusters are confirmed before listeners are sent, so the port opens a moment later. */
  async #listening(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await this.#accepts()) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`Envoy does not listen: ${JSON.stringify(this.logged)}`)
  }

  get port(): number {
    return this.plan.listen[0]?.port ?? 0
  }

  #accepts(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const socket = connect(this.port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    return promise.finally(() => socket.destroy())
  }

  call({ path, method = 'GET', host = 'localhost', headers = {}, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port: this.port,
        path,
        method,
        agent: false,
        headers: { ...headers, host },
      })
      sent.on('error', reject)
      sent.on('response', (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        response.on('error', reject)
      })
      sent.end(body)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync()
  }
}

function serveHttp(socketPath: string, serve: Serve): Promise<AsyncDisposable> {
  const server = createServer({ keepAliveTimeout: 60_000 }, serve)
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return new Promise((resolve) => server.listen(socketPath, () => resolve({ [Symbol.asyncDispose]: close })))
}

/** Free a moment ago; the operating system does not give it out again soon. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
