import { once } from 'node:events'
import { type AddressInfo, createServer, type Server as TcpServer, type Socket } from 'node:net'

import { hostAndPort } from '../kernel/host-and-port.ts'
import { Fault, messageOf, systemCodeOf } from '../kernel/fault.ts'
import { algorithms } from './algorithms.ts'
import { CallWatchers } from './call-watchers.ts'
import { Connection, type DockState } from './connection.ts'
import { findStaleSockets, removeSockets } from './connector-socket.ts'
import { corkPerTurn } from './cork.ts'
import { defaultLimits, type DockLimits, type DockOptions, type DockPorts } from './dock-options.ts'
import { openFrontDoor } from './front-door.ts'
import { Residents } from './residents.ts'
import { ServedRoutes } from './served-routes.ts'
import { SilentClients } from './silent-clients.ts'
import { Server } from './ssh2-parts.ts'
import { socketOf } from './ssh2-private.ts'

export interface BoundAddress {
  readonly host: string
  readonly port: number
}

/** Terminates SSH and turns each forward into a unix socket that Envoy can use. */
export interface Dock extends AsyncDisposable {
  /** The first address actually bound. */
  readonly address: BoundAddress
  readonly addresses: readonly BoundAddress[]
}

const DEFAULT_LISTEN: readonly BoundAddress[] = [
  { host: '127.0.0.1', port: 2222 },
  { host: '::1', port: 2222 },
]
/** A machine without IPv6, or without IPv4, says one of these. */
const FAMILY_MISSING: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])
/** TCP's own search for dead peers: the only one while somebody is still signing in. */
const TCP_KEEPALIVE_MS = 15_000
const CLOSE_MS = 2000
const GOODBYE = 'Sallyport is stopping. Run ssh again in a moment'

/** Throws a Fault `start.port_taken`, `start.listen_failed` or `dock.host_key_unusable`; then nothing stays open. */
export async function openDock(options: DockOptions, ports: DockPorts): Promise<Dock> {
  const written = Object.entries(options.limits ?? {}).filter(([, value]) => value !== undefined)
  const limits: DockLimits = { ...defaultLimits, ...Object.fromEntries(written) }
  const stale = await findStaleSockets(options.socketFolder)
  const sockets = new Map<Socket, () => void>()
  const connections = new Map<Socket, Connection>()
  const addresses: BoundAddress[] = []
  const calls = new CallWatchers(ports.events)
  const state: DockState = {
    ports,
    limits,
    socketFolder: options.socketFolder,
    served: new ServedRoutes(),
    calls,
    residents: new Residents(limits, ports.clock),
    silent: new SilentClients(),
    connections: () => connections.values(),
    port: () => addresses[0]?.port ?? 22,
  }
  const frontDoor = openFrontDoor({
    maxTotal: limits.maxUnauthenticated,
    maxPerAddress: limits.maxUnauthenticatedPerAddress,
    chance: () => ports.random.bytes(4).readUInt32BE() / 2 ** 32,
  })
  const ssh = openSshServer(options, limits)
  ssh.on('connection', (client) => {
    const socket = socketOf(client)
    const leaveFrontDoor = sockets.get(socket)
    if (leaveFrontDoor === undefined) return void socket.destroy()
    const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '') ?? 'unknown'
    connections.set(socket, new Connection(client, state, { address, leaveFrontDoor }))
  })

  const accept = (socket: Socket): void => {
    socket.on('error', () => {})
    const leave = frontDoor.enter(socket.remoteAddress ?? 'unknown')
    if (leave === undefined) {
      ports.log.warn('dock.too_many_unauthenticated', { address: socket.remoteAddress })
      // Lines before the version string are allowed (RFC 4253 §4.2); OpenSSH shows them with -v.
      socket.resume()
      socket.end('Too many connections that have not signed in, try again later\r\n')
      setTimeout(() => socket.destroy(), CLOSE_MS).unref()
      return
    }
    sockets.set(socket, leave)
    // Until its version line is here there is no Connection that could keep the time.
    const silent = setTimeout(() => !connections.has(socket) && socket.destroy(), limits.loginGraceMs)
    socket.once('close', () => {
      clearTimeout(silent)
      leave()
      sockets.delete(socket)
      connections.delete(socket)
    })
    // One listener per paused channel.
    socket.setMaxListeners(0)
    corkPerTurn(socket)
    ssh.injectSocket(socket)
  }

  const servers: TcpServer[] = []
  const close = async (): Promise<void> => {
    const stopped = servers.map((server) => once(server, 'close'))
    for (const server of servers) server.close()
    for (const connection of connections.values()) connection.end(GOODBYE)
    for (const socket of sockets.keys()) if (!connections.has(socket)) socket.destroy()
    const deadline = setTimeout(() => {
      for (const socket of sockets.keys()) socket.destroy()
    }, CLOSE_MS)
    await Promise.all(stopped)
    clearTimeout(deadline)
    calls[Symbol.dispose]()
  }
  try {
    await listenAll(options.listen ?? DEFAULT_LISTEN, { accept, servers, addresses, ports })
    await removeSockets(stale)
  } catch (cause) {
    await close()
    throw cause
  }
  const [address] = addresses
  if (address === undefined) throw new Fault('start.listen_failed', 'No address to listen on for SSH')
  let closing: Promise<void> | undefined
  return {
    address,
    addresses,
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

function openSshServer(options: DockOptions, limits: DockState['limits']) {
  try {
    return new Server({
      hostKeys: options.hostKeys.map((key) => key.reveal()),
      ident: 'Sallyport',
      algorithms: algorithms(),
      keepaliveInterval: limits.keepaliveIntervalMs,
      keepaliveCountMax: limits.keepaliveCount,
    })
  } catch (cause) {
    throw new Fault('dock.host_key_unusable', `Cannot use the SSH host key: ${messageOf(cause)}`, { cause })
  }
}

async function listenAll(
  wanted: readonly BoundAddress[],
  dock: {
    readonly accept: (socket: Socket) => void
    readonly servers: TcpServer[]
    readonly addresses: BoundAddress[]
    readonly ports: Pick<DockPorts, 'log'>
  },
): Promise<void> {
  for (const { host, port } of wanted) {
    const server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS },
      dock.accept,
    )
    // "Any free port" means the same one for every address.
    const chosen = port === 0 ? (dock.addresses[0]?.port ?? 0) : port
    server.listen({ host, port: chosen, backlog: 1024 })
    try {
      await once(server, 'listening')
    } catch (cause) {
      const code = systemCodeOf(cause) ?? ''
      if (FAMILY_MISSING.has(code) && wanted.length > 1) {
        dock.ports.log.info('dock.address_skipped', { host, reason: code })
        continue
      }
      throw listenFault(host, chosen, cause)
    }
    server.on('error', (error) => dock.ports.log.error('dock.listener_failed', { host, reason: error.message }))
    dock.servers.push(server)
    const bound = server.address() as AddressInfo
    dock.addresses.push({ host: bound.address, port: bound.port })
  }
}

function listenFault(host: string, port: number, cause: unknown): Fault {
  const place = hostAndPort(host, port)
  if (systemCodeOf(cause) === 'EADDRINUSE') {
    return new Fault('start.port_taken', `Cannot listen for SSH on ${place}: the port is taken`, {
      cause,
      hint: 'stop the other program, or choose another port with "ssh: { listen: [HOST:PORT] }" in the configuration file',
    })
  }
  return new Fault('start.listen_failed', `Cannot listen for SSH on ${place}: ${messageOf(cause)}`, { cause })
}
