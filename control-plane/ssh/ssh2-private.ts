/**
 * Everything that reaches into ssh2 1.17 beyond its documented interface, each with its reason. package.json pins the
 * minor version; `ssh2-private.test.ts` and the system suite fail when a new one moves these parts.
 */
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'

import type { Connection, PublicKeyAuthContext, ServerChannel } from 'ssh2'

import { answerHybridKex, disguiseHybridKex, HYBRID_KEX, type HybridReply, KEXINIT } from './hybrid-kex.ts'
import { bannerPayload, debugPayload, disconnectPayload } from './ssh-message.ts'

interface PrivateProtocol {
  /** Undefined once the protocol is cleaned up: any further write throws "Instance unusable". */
  readonly _destruct: (() => void) | undefined
  /** Defined during a key exchange, when only transport messages may be sent. */
  readonly _kexinit: unknown
  _queue: Buffer[] | undefined
  readonly _cipher: { encrypt(packet: Buffer): void }
  readonly _offer: { readonly lists: { readonly kex: { readonly array: readonly string[] } } }
  _kex: PrivateKeyExchange | undefined
  readonly _packetRW: {
    /** Replaced after each key exchange. */
    read: PrivatePacketReader
    readonly write: {
      readonly allocStart: number
      readonly allocStartKEX: number
      alloc(size: number, force?: boolean): Buffer
      finalize(packet: Buffer, force?: boolean): Buffer
    }
  }
  readonly _handlers: Record<string, (...rest: never[]) => void>
  ping: () => void
  channelFailure(recipient: number): void
}

interface PrivatePacketReader {
  read(payload: Buffer): Buffer
  cleanup(): void
}

interface PrivateKeyExchange {
  _remoteKexinit: Buffer
  getPublicKey(): Buffer
  convertPublicKey(key: Buffer): Buffer
  computeSecret(theirs: Buffer): Buffer | Error
}

interface PrivateClient {
  readonly _sock: Socket
  readonly _protocol: PrivateProtocol
  readonly _chanMgr: { get(id: number): unknown }
}

interface PrivateChannel {
  readonly outgoing: { readonly id: number; readonly state: 'open' | 'eof' | 'closing' | 'closed' }
  readonly _client: PrivateClient
  readonly _readableState: { highWaterMark: number }
  readonly _writableState: { highWaterMark: number }
}

const require = createRequire(import.meta.url)

const insideClient = (client: Connection): PrivateClient => client as unknown as PrivateClient
const insideChannel = (channel: ServerChannel): PrivateChannel => channel as unknown as PrivateChannel

/** Whether ssh2's native crypto binding is in use; without it the SSH path costs 4 to 7 times the CPU. */
export const sshCryptoIsNative: boolean = (
  require('ssh2/lib/protocol/crypto.js') as { readonly bindingAvailable: boolean }
).bindingAvailable

/** What ssh2 lets itself be configured with; its own table. */
const { SUPPORTED_KEX: supportedKex } = require('ssh2/lib/protocol/constants.js') as {
  readonly SUPPORTED_KEX: string[]
}

/**
 * ssh2 knows no post-quantum key exchange and cannot be given one. Where the client and we would choose the hybrid one,
 * ssh2 is shown X25519 in its place, and the three steps that differ are exchanged. What is hashed and signed is what was
 * really sent. Must be called before the client's first KEXINIT is read, in the turn of ssh2's `connection` event.
 */
export function offerHybridKex(client: Connection): void {
  const { _protocol: protocol } = insideClient(client)
  const ours = protocol._offer.lists.kex.array
  let reader = protocol._packetRW.read
  let exchange = protocol._kex
  /** The client's KEXINIT as it was sent; undefined while the next exchange is not the hybrid one. */
  let sent: Buffer | undefined
  const disguising: PrivatePacketReader = {
    read(packet) {
      const payload = reader.read(packet)
      if (payload[0] !== KEXINIT) return payload
      const disguised = disguiseHybridKex(payload, ours, STAND_IN_KEX)
      sent = disguised === undefined ? undefined : Buffer.from(payload)
      return disguised ?? payload
    },
    cleanup: () => reader.cleanup(),
  }
  Object.defineProperty(protocol._packetRW, 'read', {
    get: () => disguising,
    set(next: PrivatePacketReader) {
      reader = next
    },
  })
  Object.defineProperty(protocol, '_kex', {
    get: () => exchange,
    set(next: PrivateKeyExchange | undefined) {
      exchange = next
      if (next !== undefined && sent !== undefined) makeHybrid(next, sent)
      sent = undefined
    },
  })
}

const STAND_IN_KEX = 'curve25519-sha256'
supportedKex.push(HYBRID_KEX)

function makeHybrid(exchange: PrivateKeyExchange, kexinit: Buffer): void {
  let answer: HybridReply | undefined
  exchange._remoteKexinit = kexinit
  exchange.convertPublicKey = (key) => key
  exchange.computeSecret = (init) => {
    try {
      answer = answerHybridKex(init)
      return answer.secret
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause))
    }
  }
  // Asked for after the secret was computed.
  exchange.getPublicKey = () => answer?.reply ?? Buffer.alloc(0)
}

/** ssh2 hides the socket, but backpressure, addresses and the final destroy need it. */
export const socketOf = (client: Connection): Socket => insideClient(client)._sock

const isUsable = (client: PrivateClient): boolean => client._protocol._destruct !== undefined && client._sock.writable

/** False once writing to this connection would throw or go nowhere. */
export const isOpen = (client: Connection): boolean => isUsable(insideClient(client))

/**
 * Ends the connection with a reason that OpenSSH shows: ssh2's own `end()` always sends an empty text.
 * The packet bypasses the queue of a key exchange, as ssh2's own disconnect does.
 */
export function disconnectWith(client: Connection, reason: number, text: string): void {
  const { _protocol: protocol, _sock: socket } = insideClient(client)
  if (!isUsable(insideClient(client))) return
  const payload = disconnectPayload(reason, text)
  const writer = protocol._packetRW.write
  const packet = writer.alloc(payload.length, true)
  payload.copy(packet, writer.allocStartKEX)
  protocol._cipher.encrypt(writer.finalize(packet, true))
  socket.end()
}

/**
 * Lets the client prove a key that it offered. The answer must name the algorithm of the offer (RFC 4252 §7): ssh2 says
 * `ssh-rsa` for every RSA key, and Dropbear, which takes us at our word, then signs with SHA-1.
 */
export function acceptOffer(context: PublicKeyAuthContext): void {
  const { key, hashAlgo } = context as { readonly key: { algo: string }; readonly hashAlgo?: string }
  if (hashAlgo !== undefined) key.algo = hashAlgo.replace('sha', 'rsa-sha2-')
  context.accept()
}

/** SSH_MSG_DEBUG: the only way to reach a person without a session channel; OpenSSH shows it with `-v`. */
export const sendDebug = (client: Connection, text: string): void => send(client, debugPayload(text))

/** SSH_MSG_USERAUTH_BANNER: ssh2 can send one only before authentication begins. Allowed until it succeeds. */
export const sendBanner = (client: Connection, text: string): void => send(client, bannerPayload(text))

function send(client: Connection, payload: Buffer): void {
  const inside = insideClient(client)
  if (!isUsable(inside)) return
  const protocol = inside._protocol
  const writer = protocol._packetRW.write
  const packet = writer.alloc(payload.length)
  payload.copy(packet, writer.allocStart)
  const finished = writer.finalize(packet)
  // RFC 4253 §7.1: nothing but transport messages during a key exchange. ssh2 sends its queue afterwards.
  if (protocol._kexinit === undefined) protocol._cipher.encrypt(finished)
  else (protocol._queue ??= []).push(finished)
}

/** ssh2 gives every channel 2 MiB of buffer in each direction; a few slow callers would hold the memory of thousands. */
export function limitBuffers(channel: ServerChannel, maxBytes: number): void {
  insideChannel(channel)._readableState.highWaterMark = maxBytes
  insideChannel(channel)._writableState.highWaterMark = maxBytes
}

/** Whether data written now can still leave. ssh2's `_write` never calls back on a closed channel. */
export const canWrite = (channel: ServerChannel): boolean =>
  insideChannel(channel).outgoing.state === 'open' && isUsable(insideChannel(channel)._client)

/** EOF and then CLOSE: CLOSE alone leaves an OpenSSH 9.2 channel stuck. Harmless on a closed one or a dead connection. */
export function closeChannel(channel: ServerChannel): void {
  // ssh2 announces the close only after everything was read.
  channel.resume()
  if (!isUsable(insideChannel(channel)._client)) return
  channel.eof()
  channel.close()
}

/**
 * Returns a function that asks the client something it must answer and calls back when the answer is here. Answers to
 * global requests come in order and carry no id, so ssh2's own keepalives have to be counted too.
 */
export function watchRoundTrips(client: Connection): (answered: () => void) => void {
  const { _protocol: protocol } = insideClient(client)
  const waiting: (() => void)[] = []
  const ping = protocol.ping.bind(protocol)
  const nothing = (): void => {}
  const settle = (): void => waiting.shift()?.()
  protocol._handlers['REQUEST_SUCCESS'] = settle
  protocol._handlers['REQUEST_FAILURE'] = settle
  protocol.ping = () => {
    waiting.push(nothing)
    ping()
  }
  return (answered) => {
    if (!isUsable(insideClient(client))) return
    waiting.push(answered)
    ping()
  }
}

const ANSWERED_BY_SSH2 = new Set(['shell', 'exec', 'subsystem', 'pty-req', 'env'])

/**
 * Once a shell runs, ssh2 leaves channel requests that want a reply unanswered, and PuTTY, whose `winadj` requests
 * measure the window, waits for it. RFC 4254 §5.4: what is not recognised is answered with a failure.
 */
export function answerLateRequests(client: Connection): void {
  const inside = insideClient(client)
  const handlers = inside._protocol._handlers as Record<string, (...rest: unknown[]) => void>
  const original = handlers['CHANNEL_REQUEST']
  handlers['CHANNEL_REQUEST'] = (protocol, recipient, type, wantsReply, data) => {
    const session = inside._chanMgr.get(Number(recipient)) as
      | { readonly _channel?: unknown; readonly _chanInfo?: { readonly outgoing: { readonly id: number } } }
      | undefined
    const late = session?._channel !== undefined && session._chanInfo !== undefined
    if (late && wantsReply === true && !ANSWERED_BY_SSH2.has(String(type))) {
      inside._protocol.channelFailure(session._chanInfo.outgoing.id)
      original?.(protocol, recipient, type, false, data)
      return
    }
    original?.(protocol, recipient, type, wantsReply, data)
  }
}
