/**
 * Finds the FileDescriptorProtos that the Envoy executable registers with its descriptor pool at start. They lie in the
 * file as serialized bytes without a length in front, so the end is found by reading fields until one cannot belong.
 */

/** FileDescriptorProto's fields after its name: number → wire type. Anything else means the descriptor has ended. */
const WIRE_TYPES = new Map([
  [2, 2], // package
  [3, 2], // dependency
  [4, 2], // message_type
  [5, 2], // enum_type
  [6, 2], // service
  [7, 2], // extension
  [8, 2], // options
  [10, 0], // public_dependency
  [11, 0], // weak_dependency
  [12, 2], // syntax
  [14, 0], // edition
  [15, 2], // option_dependency
])
const SYNTAX = 12
const NAME_TAG = 0x0a
const SUFFIX = Buffer.from('.proto')
const PROTO_NAME = /^[\w./-]+\.proto$/

/** protoc writes fields in ascending order, except 10 and 11, which follow 3; a step back is the next file's start. */
const rankOf = (field: number): number => (field === 10 ? 3.1 : field === 11 ? 3.2 : field)

class Cursor {
  readonly #bytes: Buffer
  position: number

  constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes
    this.position = position
  }

  /** Base-128 varint of at most five bytes; -1 where there is none. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.#bytes[this.position++]
      if (byte === undefined) return -1
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    return -1
  }

  /** Steps over one value; false where it would leave the buffer. */
  skip(wireType: number): boolean {
    const value = this.varint()
    if (value < 0) return false
    if (wireType === 2) this.position += value
    return this.position <= this.#bytes.length
  }
}

/** Length of the well-formed FileDescriptorProto that starts at `start`, or 0. */
export function descriptorLength(bytes: Buffer, start: number): number {
  const cursor = new Cursor(bytes, start)
  if (cursor.varint() !== NAME_TAG || !cursor.skip(2)) return 0
  let end = cursor.position
  let lastField = 1
  while (end < bytes.length) {
    const tag = cursor.varint()
    const field = tag >>> 3
    if (tag < 0 || WIRE_TYPES.get(field) !== (tag & 7) || rankOf(field) < rankOf(lastField)) break
    if (field === SYNTAX && lastField === SYNTAX) break
    if (!cursor.skip(tag & 7)) break
    end = cursor.position
    lastField = field
  }
  return end - start
}

/** Every file descriptor in the executable, by the name of its .proto file. */
export function extractDescriptors(executable: Buffer): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>()
  for (let at = executable.indexOf(SUFFIX); at >= 0; at = executable.indexOf(SUFFIX, at + 1)) {
    const end = at + SUFFIX.length
    // A name of up to 127 bytes has a one-byte length; Envoy's longest has about 100.
    for (let length = SUFFIX.length + 1; length < 128; length++) {
      const start = end - length - 2
      if (start < 0 || executable[start] !== NAME_TAG || executable[start + 1] !== length) continue
      const name = executable.toString('latin1', start + 2, end)
      if (!PROTO_NAME.test(name) || found.has(name)) continue
      const size = descriptorLength(executable, start)
      if (size > length + 4) found.set(name, executable.subarray(start, start + size))
    }
  }
  return found
}
