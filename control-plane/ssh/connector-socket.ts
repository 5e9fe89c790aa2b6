import { once } from 'node:events'
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'

import { Fault } from '../kernel/fault.ts'
import { base32 } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'

/** `sun_path` of a unix address, with the zero at its end. */
const MAX_PATH_BYTES = 107
const SOCKET_NAME = /^c-[a-z2-7]+\.[a-z2-7]+\.sock$/

/**
 * Creates the folder where it is missing and finds the sockets that a killed process left in it. To be removed only once
 * this process has its port: a second one started by mistake must not cut off the first.
 */
export async function findStaleSockets(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = await readdir(folder)
  return names.filter((name) => SOCKET_NAME.test(name)).map((name) => join(folder, name))
}

export async function removeSockets(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })))
}

/** A path that was not used before, also not before a restart: Envoy may still know the old one. */
export function newSocketPath(folder: string, connectorId: string, random: Random): string {
  const path = join(folder, `c-${connectorId.replace(/^con_/, '').slice(0, 10)}.${base32(random.bytes(5), 8)}.sock`)
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new Fault(
      'dock.socket_path_too_long',
      `Cannot open a socket at "${path}": longer than ${MAX_PATH_BYTES} bytes`,
      {
        hint: 'Use a shorter or a relative path for the folder of sockets',
      },
    )
  }
  return path
}

/** One unix socket; closing it also ends its connections, so that Envoy notices at once. */
export interface ConnectorSocket {
  /** Resolves when no connection is left, or after the deadline. */
  unused(deadlineMs: number): Promise<void>
  close(): void
}

/** `accepted` gets each connection paused: nothing is read before somebody can take it. */
export async function listenForEnvoy(path: string, accepted: (connection: Socket) => void): Promise<ConnectorSocket> {
  const connections = new Set<Socket>()
  let emptied: (() => void) | undefined
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (connection) => {
    connection.on('error', () => {})
    connections.add(connection)
    connection.once('close', () => {
      connections.delete(connection)
      if (connections.size === 0) emptied?.()
    })
    accepted(connection)
  })
  server.listen({ path, backlog: 1024 })
  await once(server, 'listening')
  server.on('error', () => {})
  await chmod(path, 0o600)
  return {
    async unused(deadlineMs) {
      if (connections.size === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      emptied = resolve
      const deadline = setTimeout(resolve, deadlineMs)
      await promise
      clearTimeout(deadline)
    },
    close() {
      // Also removes the file.
      server.close()
      for (const connection of connections) connection.destroy()
    },
  }
}
