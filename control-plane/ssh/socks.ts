/** The two SOCKS5 steps (RFC 1928) that OpenSSH's dynamic remote forward understands, as bytes. */

/** One method offered: no authentication. */
export const GREETING = Buffer.from([5, 1, 0])

const GREETING_REPLY = [5, 0]
/** Reply to CONNECT: version, succeeded, reserved, IPv4, and an address that carries no news. */
const CONNECT_REPLY = [5, 0, 0, 1]
const CONNECT_REPLY_BYTES = 10
export const REPLY_BYTES = GREETING_REPLY.length + CONNECT_REPLY_BYTES

/** CONNECT by name, so that the client's computer resolves it. `host` is at most 255 bytes. */
export function connectRequest(host: string, port: number): Buffer {
  const name = Buffer.from(host)
  return Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])])
}

/** Greeting and CONNECT in one write: waiting for each reply would cost two round trips per connection. */
export const opening = (host: string, port: number): Buffer => Buffer.concat([GREETING, connectRequest(host, port)])

export type Reply =
  | { readonly kind: 'more' }
  /** The target is connected; `rest` are its first bytes. */
  | { readonly kind: 'connected'; readonly rest: Buffer }
  /** Not SOCKS, or a refusal. OpenSSH never sends the latter: it closes. */
  | { readonly kind: 'wrong' }

/** Takes the replies to `expected` off the front of what arrives, however it is cut. */
export function replyReader(expected: 'both' | 'connect' = 'both'): (chunk: Buffer) => Reply {
  const wanted = expected === 'both' ? [...GREETING_REPLY, ...CONNECT_REPLY] : CONNECT_REPLY
  const total = expected === 'both' ? REPLY_BYTES : CONNECT_REPLY_BYTES
  let seen = 0
  return (chunk) => {
    const taken = Math.min(chunk.length, total - seen)
    for (let index = 0; index < taken; index += 1) {
      const want = wanted[seen + index]
      if (want !== undefined && chunk[index] !== want) return { kind: 'wrong' }
    }
    seen += taken
    return seen < total ? { kind: 'more' } : { kind: 'connected', rest: chunk.subarray(taken) }
  }
}
