/** Keys in the bytes of a terminal. An escape sequence is one key, however it is cut: its letters are not typed. */
export type Key = 'up' | 'down' | 'escape' | { readonly char: string }

const ESC = 0x1b
const BRACKET = 0x5b
const SS3 = 0x4f

const ARROWS: Readonly<Record<string, Key>> = { A: 'up', B: 'down' }

export class KeyReader {
  /** Where in a sequence the bytes so far have led. */
  #state: 'none' | 'escape' | 'csi' | 'ss3' = 'none'

  push(bytes: Uint8Array): readonly Key[] {
    const keys: Key[] = []
    for (const byte of bytes) {
      const key = this.#next(byte)
      if (key !== undefined) keys.push(key)
    }
    return keys
  }

  #next(byte: number): Key | undefined {
    switch (this.#state) {
      case 'none':
        if (byte === ESC) this.#state = 'escape'
        else return { char: String.fromCharCode(byte) }
        return undefined
      case 'escape':
        if (byte === ESC) return 'escape'
        this.#state = byte === BRACKET ? 'csi' : byte === SS3 ? 'ss3' : 'none'
        // Alt and a letter: neither the letter nor anything else.
        return undefined
      case 'ss3':
        this.#state = 'none'
        return ARROWS[String.fromCharCode(byte)]
      case 'csi':
        // ECMA-48 §5.4: parameters and intermediates up to one final byte.
        if (byte < 0x40 || byte > 0x7e) return undefined
        this.#state = 'none'
        return ARROWS[String.fromCharCode(byte)]
    }
  }
}
