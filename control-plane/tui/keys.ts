/**
 * Keys in the bytes of a terminal. An escape sequence is one key, however it is cut: its letters are not typed. Nor is
 * what was pasted, as far as the terminal marks it.
 */
export type NamedKey =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'page up'
  | 'page down'
  | 'back tab'
  | 'escape'

export type Key =
  | NamedKey
  | { readonly char: string }
  | { readonly pasted: string }
  /** Cells from 0. */
  | { readonly mouse: 'click' | 'wheel up' | 'wheel down'; readonly x: number; readonly y: number }

const ESC = 0x1b
const CTRL_C = 0x03
/** Longer parameters belong to no key. */
const MAX_PARAMETERS = 32
const X10_BYTES = 3

const FINAL: Readonly<Record<string, NamedKey>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'back tab',
}
const TILDE: Readonly<Record<string, NamedKey>> = {
  1: 'home',
  4: 'end',
  5: 'page up',
  6: 'page down',
  7: 'home',
  8: 'end',
}
const WHEEL_UP = 64
const WHEEL_DOWN = 65

export class KeyReader {
  /** Where in a sequence the bytes so far have led. `settled` is behind an escape that was taken for a key. */
  #state: 'none' | 'escape' | 'settled' | 'csi' | 'ss3' | 'x10' = 'none'
  #parameters = ''
  #toSkip = 0
  #isPasting = false
  /** Bytes of one UTF-8 character. */
  #character: number[] = []

  /** The last byte was an escape: a key of its own, or the beginning of a sequence that has not come yet. */
  get isUndecided(): boolean {
    return this.#state === 'escape'
  }

  /** An escape was taken for a key: what comes next may be the rest of a sequence that was cut by the network. */
  get isSettled(): boolean {
    return this.#state === 'settled'
  }

  push(bytes: Uint8Array): readonly Key[] {
    const keys: Key[] = []
    for (const byte of bytes) {
      const key = this.#next(byte)
      if (key !== undefined) keys.push(key)
    }
    return keys
  }

  /** Nothing followed the escape for a while. A rest of the sequence that comes late is still not typed. */
  settle(): Key | undefined {
    if (this.#state !== 'escape') return undefined
    this.#state = 'settled'
    return 'escape'
  }

  #next(byte: number): Key | undefined {
    switch (this.#state) {
      case 'none':
        return this.#typed(byte)
      case 'settled':
        if (byte !== 0x5b && byte !== 0x4f) {
          this.#state = 'none'
          return this.#typed(byte)
        }
        return this.#begin(byte)
      case 'escape':
        return byte === ESC ? 'escape' : this.#begin(byte)
      case 'ss3':
        this.#state = 'none'
        return FINAL[String.fromCharCode(byte)]
      case 'x10':
        this.#toSkip -= 1
        if (this.#toSkip === 0) this.#state = 'none'
        return undefined
      case 'csi':
        return this.#sequence(byte)
    }
  }

  #begin(byte: number): undefined {
    this.#parameters = ''
    // Alt and a letter: neither the letter nor anything else.
    this.#state = byte === 0x5b ? 'csi' : byte === 0x4f ? 'ss3' : 'none'
  }

  #typed(byte: number): Key | undefined {
    if (byte === ESC) {
      this.#state = 'escape'
      return undefined
    }
    // A paste that never ends must not take the way out.
    if (byte === CTRL_C) this.#isPasting = false
    const char = this.#decoded(byte)
    if (char === undefined) return undefined
    return this.#isPasting ? { pasted: char } : { char }
  }

  #decoded(byte: number): string | undefined {
    if (byte < 0x80) {
      this.#character = []
      return String.fromCharCode(byte)
    }
    const isLead = byte >= 0xc0
    this.#character = isLead ? [byte] : [...this.#character, byte].slice(0, 4)
    const [lead = 0] = this.#character
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0
    if (length === 0 || this.#character.length < length) return undefined
    const char = Buffer.from(this.#character).toString('utf8')
    this.#character = []
    return char
  }

  /** ECMA-48 §5.4: parameters and intermediates up to one final byte. */
  #sequence(byte: number): Key | undefined {
    const char = String.fromCharCode(byte)
    if (byte < 0x40 || byte > 0x7e) {
      if (this.#parameters.length <= MAX_PARAMETERS) this.#parameters += char
      return undefined
    }
    this.#state = 'none'
    const parameters = this.#parameters
    if (char === 'M' && parameters === '') {
      // A terminal that knows mouse reports in their oldest form only: three bytes follow, and any may be a letter.
      this.#state = 'x10'
      this.#toSkip = X10_BYTES
      return undefined
    }
    if (parameters.startsWith('<')) return mouseKey(parameters, char)
    if (char !== '~') return FINAL[char]
    if (parameters === '200') this.#isPasting = true
    if (parameters === '201') this.#isPasting = false
    return TILDE[parameters.split(';')[0] ?? '']
  }
}

/** SGR mouse report: button, column and row from 1; `M` is pressed, `m` let go. */
function mouseKey(parameters: string, final: string): Key | undefined {
  const [button, x, y] = parameters.slice(1).split(';').map(Number)
  if (final !== 'M' || x === undefined || y === undefined || !(x >= 1 && y >= 1)) return undefined
  const mouse =
    button === 0 ? 'click' : button === WHEEL_UP ? 'wheel up' : button === WHEEL_DOWN ? 'wheel down' : undefined
  return mouse && { mouse, x: x - 1, y: y - 1 }
}
