/** SSH messages that ssh2 cannot build: payloads only, padding and encryption are its own. */

/** Reasons of RFC 4253 §11.1 that we send. */
export const DISCONNECT = {
  protocolError: 2,
  byApplication: 11,
  tooManyConnections: 12,
  noMoreAuthMethods: 14,
} as const

const SSH_MSG_DISCONNECT = 1
const SSH_MSG_DEBUG = 4
const SSH_MSG_USERAUTH_BANNER = 53

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const string = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([uint32(bytes.length), bytes])
}

const NO_LANGUAGE = string('')

export const disconnectPayload = (reason: number, text: string): Buffer =>
  Buffer.concat([Buffer.from([SSH_MSG_DISCONNECT]), uint32(reason), string(text), NO_LANGUAGE])

/** always_display is set: RFC 4253 §11.3. */
export const debugPayload = (text: string): Buffer =>
  Buffer.concat([Buffer.from([SSH_MSG_DEBUG, 1]), string(`${text}\r\n`), NO_LANGUAGE])

/** RFC 4252 §5.4. */
export const bannerPayload = (text: string): Buffer =>
  Buffer.concat([Buffer.from([SSH_MSG_USERAUTH_BANNER]), string(`${text}\r\n`), NO_LANGUAGE])
