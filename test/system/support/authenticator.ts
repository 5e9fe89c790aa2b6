import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

const PRESENT = 1
const VERIFIED = 4
const WITH_CREDENTIAL = 64

/** How an answer differs from the honest one. */
export interface Lies {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly userHandle?: string
  readonly verified?: boolean
}

/**
 * An authenticator in software, which also says what no honest one would (WebAuthn Level 3 §6.1, §6.5). Like most passkeys it
 * does not count its answers, so that a replay does not show by the count.
 */
export class Authenticator {
  readonly id = randomBytes(32).toString('base64url')
  readonly #origin: string
  readonly #key: KeyObject
  readonly #cose: Buffer
  #userHandle = ''

  constructor(origin: string) {
    this.#origin = origin
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    this.#key = privateKey
    // COSE_Key of RFC 9053 §7.1.1: kty EC2, alg ES256, crv P-256, x, y.
    this.#cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ])
  }

  /** Answers the options of `navigator.credentials.create`. */
  create(optionsJson: string, lies: Lies = {}): string {
    const options = JSON.parse(optionsJson) as { challenge: string; user: { id: string } }
    this.#userHandle = options.user.id
    const id = Buffer.from(this.id, 'base64url')
    const idLength = Buffer.from([0, id.length])
    const credential = Buffer.concat([Buffer.alloc(16), idLength, id, this.#cose])
    const authData = Buffer.concat([this.#head(WITH_CREDENTIAL, lies), credential])
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      Buffer.from([0x59, authData.length >> 8, authData.length & 255]),
      authData,
    ])
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, lies).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    })
  }

  /** Answers the options of `navigator.credentials.get`. */
  get(optionsJson: string, lies: Lies = {}): string {
    const { challenge } = JSON.parse(optionsJson) as { challenge: string }
    const clientData = this.#clientData('webauthn.get', challenge, lies)
    const authenticatorData = this.#head(0, lies)
    const digest = createHash('sha256').update(clientData).digest()
    const signature = sign('sha256', Buffer.concat([authenticatorData, digest]), this.#key)
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: lies.userHandle ?? this.#userHandle,
    })
  }

  #answer(response: Readonly<Record<string, unknown>>): string {
    return JSON.stringify({ id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response })
  }

  #clientData(type: string, challenge: string, lies: Lies): Buffer {
    const origin = lies.origin ?? this.#origin
    return Buffer.from(JSON.stringify({ type, challenge: lies.challenge ?? challenge, origin, crossOrigin: false }))
  }

  #head(flags: number, { rpId, verified = true }: Lies): Buffer {
    const head = Buffer.alloc(37)
    createHash('sha256')
      .update(rpId ?? new URL(this.#origin).hostname)
      .digest()
      .copy(head)
    head.writeUInt8(flags | PRESENT | (verified ? VERIFIED : 0), 32)
    return head
  }
}

/** A short CBOR text string. */
const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])

/** The options that stand on a page for one of its passkey forms. */
export function optionsOn(html: string, action: string): string {
  const form = [...html.matchAll(/<form[^>]*>/g)].map(([tag]) => tag).find((tag) => tag.includes(`action="${action}"`))
  const options = /data-options="([^"]*)"/.exec(form ?? '')?.[1] ?? ''
  return options.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
