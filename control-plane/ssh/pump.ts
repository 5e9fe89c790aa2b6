import type { Socket } from 'node:net'

import type { ServerChannel } from 'ssh2'

import { canWrite, closeChannel, limitBuffers } from './ssh2-private.ts'
import { replyReader } from './socks.ts'
import type { Traffic } from './traffic.ts'

/** Per channel and direction; ssh2's own mark is 2 MiB. */
const CHANNEL_BUFFER_BYTES = 64 * 1024
/** Unsent bytes on the shared TCP socket above which no channel reads on: ssh2 ignores that socket's backpressure. */
const SOCKET_BUFFER_BYTES = 256 * 1024
const NOTHING = Buffer.alloc(0)

export interface PumpOptions {
  /** The SSH connection's TCP socket, shared by all its channels. */
  readonly tcp: Socket
  /** Counts what goes by. */
  readonly traffic?: Traffic
  /** SOCKS greeting and CONNECT, sent ahead of the caller's bytes; undefined for a fixed target. */
  readonly opening: Buffer | undefined
  /** How long a connection may stay unused, half closed or without progress. A quiet stream is not cut. */
  readonly idleMs: number
  /** Accounts for bytes; the answer is how long, in milliseconds, no more should be moved. */
  readonly spend: (bytes: number) => number
  readonly onTarget: (answer: 'ok' | 'refused') => void
  /** Called once, when both sides are finished. */
  readonly onEnd: () => void
}

/**
 * Carries one accepted unix connection over one SSH channel. By hand rather than `stream.pipeline`, because ssh2's
 * `_write` never calls back once a channel is closed. Returns the function that cuts it at once.
 */
export function pump(unix: Socket, channel: ServerChannel, options: PumpOptions): () => void {
  const { tcp, traffic } = options
  const readReply = options.opening === undefined ? undefined : replyReader()
  let replied = readReply === undefined
  let uploaded = false
  let halfClosed = false
  let paused = false
  let over = false
  /** While the person's rate is used up. */
  let waitingDown: NodeJS.Timeout | undefined
  let waitingUp: NodeJS.Timeout | undefined
  limitBuffers(channel, CHANNEL_BUFFER_BYTES)

  const finish = (): void => {
    if (over) return
    over = true
    clearTimeout(timer)
    clearTimeout(waitingDown)
    clearTimeout(waitingUp)
    tcp.off('drain', resume)
    unix.destroy()
    closeChannel(channel)
    options.onEnd()
  }
  // Refreshed by every byte. A connection that is quiet in the middle of an exchange is left alone: dead peers are found
  // by SSH's keepalive, and a paused unix socket, which cannot see that Envoy has gone, by `paused`.
  const timer = setTimeout(() => {
    if (!uploaded || halfClosed || paused || unix.writableNeedDrain) finish()
    else timer.refresh()
  }, options.idleMs)
  const resume = (): void => {
    if (!paused || over || waitingUp !== undefined || channel.writableNeedDrain) return
    if (tcp.writableLength > SOCKET_BUFFER_BYTES) return void tcp.once('drain', resume)
    paused = false
    timer.refresh()
    unix.resume()
  }

  const deliver = (bytes: Buffer): void => {
    traffic?.sent(bytes.length)
    if (bytes.length === 0) return
    const roomy = unix.write(bytes)
    const waitMs = options.spend(bytes.length)
    if (waitMs > 0) {
      waitingDown ??= setTimeout(() => {
        waitingDown = undefined
        timer.refresh()
        if (!unix.writableNeedDrain) channel.resume()
      }, waitMs)
    }
    if (!roomy || waitMs > 0) channel.pause()
  }
  channel.on('data', (chunk: Buffer) => {
    if (over) return
    timer.refresh()
    if (readReply === undefined || replied) return deliver(chunk)
    const reply = readReply(chunk)
    if (reply.kind === 'more') return
    replied = true
    options.onTarget(reply.kind === 'connected' ? 'ok' : 'refused')
    if (reply.kind === 'wrong') finish()
    else deliver(reply.rest)
  })
  unix.on('drain', () => {
    timer.refresh()
    if (waitingDown === undefined) channel.resume()
  })
  channel.on('drain', resume)
  channel.on('end', () => {
    halfClosed = true
    if (!replied) {
      // The target refused: EOF instead of the second reply. Nothing reached it.
      options.onTarget('refused')
      finish()
    } else unix.end()
  })
  // What is still in the unix socket's buffer must reach Envoy: only a dead connection destroys it.
  channel.on('close', () => {
    if (tcp.destroyed || !tcp.writable || unix.writableFinished) finish()
    else unix.end(finish)
  })
  channel.on('error', finish)

  unix.on('data', (chunk: Buffer) => {
    if (!canWrite(channel)) return finish()
    // Otherwise a caller could drive a client that is a SOCKS server after all. No HTTP request begins like this.
    if (!uploaded && readReply === undefined && (chunk[0] === 4 || chunk[0] === 5)) return finish()
    uploaded = true
    traffic?.received(chunk)
    timer.refresh()
    const roomy = channel.write(chunk)
    const waitMs = options.spend(chunk.length)
    const full = tcp.writableLength > SOCKET_BUFFER_BYTES
    if (roomy && !full && waitMs === 0) return
    if (roomy && full) tcp.once('drain', resume)
    if (waitMs > 0) {
      waitingUp ??= setTimeout(() => {
        waitingUp = undefined
        resume()
      }, waitMs)
    }
    paused = true
    unix.pause()
  })
  // `channel.end()` would send CLOSE right behind EOF; the empty write keeps EOF behind what is still buffered.
  unix.on('end', () => {
    halfClosed = true
    if (canWrite(channel)) channel.write(NOTHING, () => canWrite(channel) && channel.eof())
  })
  unix.on('error', finish)
  unix.on('close', finish)

  if (options.opening === undefined) options.onTarget('ok')
  else channel.write(options.opening)
  unix.resume()
  return finish
}
