/**
 * Encodes and decodes Envoy's messages. protobufjs checks nothing when it encodes (an unknown key vanishes, an enum given
 * as a string becomes 0, both members of a oneof are written), so the generated types are what keeps a message right:
 * never cast around them, and validate what comes from users before it gets here.
 */
import protobuf from 'protobufjs/light.js'

import type { Bundle } from './bundle.ts'
import envoy from './envoy.json' with { type: 'json' }
import type { Enums, google, Messages, Services } from './envoy.d.ts'

export type MessageName = keyof Messages

export interface Codec<T> {
  encode(value: T): Buffer
  /** Only what was on the wire is present; 64-bit integers and enums are numbers. Throws on malformed bytes. */
  decode(bytes: Uint8Array): T
  /** Packs the value as google.protobuf.Any. */
  any(value: T): google.protobuf.Any
  readonly typeUrl: string
}

const bundle = envoy as unknown as Bundle
const TYPE_URL_PREFIX = 'type.googleapis.com/'

/** Reflection over the bundle; for what walks messages of any type. Elsewhere use `codec()`. */
export const reflection = protobuf.Root.fromJSON(treeOf(bundle))

const codecs = new Map<MessageName, unknown>()

/** The codec of one message type; the same object for the same name. */
export function codec<K extends MessageName>(name: K): Codec<Messages[K]> {
  const made = codecs.get(name) ?? newCodec(name)
  codecs.set(name, made)
  return made as Codec<Messages[K]>
}

function newCodec(name: MessageName): Codec<object> {
  const type = reflection.lookupType(name)
  const typeUrl = TYPE_URL_PREFIX + name
  const encode = (value: object): Buffer => {
    const bytes = type.encode(value).finish()
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  return {
    typeUrl,
    encode,
    decode: (bytes) => type.toObject(type.decode(bytes), { longs: Number }),
    any: (value) => ({ type_url: typeUrl, value: encode(value) }),
  }
}

/** The message's name in a type URL, where it is one of ours. */
export function messageNameOf(typeUrl: string): MessageName | undefined {
  const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
  const type = Object.hasOwn(bundle, name) ? bundle[name] : undefined
  return type !== undefined && 'fields' in type ? (name as MessageName) : undefined
}

/** Names to numbers of one enum. */
export const enumOf = <K extends keyof Enums>(name: K): Enums[K] =>
  reflection.lookupEnum(name).values as unknown as Enums[K]

/** What a gRPC library needs to know of one method; the shape is grpc-js's `MethodDefinition`. */
export interface Method<Request, Response> {
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  readonly requestSerialize: (value: Request) => Buffer
  readonly requestDeserialize: (bytes: Buffer) => Request
  readonly responseSerialize: (value: Response) => Buffer
  readonly responseDeserialize: (bytes: Buffer) => Response
}

export type Service<S extends keyof Services> = {
  readonly [M in keyof Services[S]]: Services[S][M] extends {
    readonly request: infer Request extends MessageName
    readonly response: infer Response extends MessageName
  }
    ? Method<Messages[Request], Messages[Response]>
    : never
}

/** A gRPC service definition made from the bundle. */
export function service<S extends keyof Services>(name: S): Service<S> {
  const methods = reflection.lookupService(name).methodsArray.map((method) => {
    const request = codec(method.requestType.slice(1) as MessageName) as Codec<unknown>
    const response = codec(method.responseType.slice(1) as MessageName) as Codec<unknown>
    const definition: Method<unknown, unknown> = {
      path: `/${name}/${method.name}`,
      requestStream: method.requestStream === true,
      responseStream: method.responseStream === true,
      requestSerialize: request.encode,
      requestDeserialize: request.decode,
      responseSerialize: response.encode,
      responseDeserialize: response.decode,
    }
    return [method.name, definition] as const
  })
  return Object.fromEntries(methods) as Service<S>
}

/** The bundle is flat so that its diffs are readable; protobufjs wants a tree of namespaces. */
function treeOf(flat: Readonly<Record<string, object>>): protobuf.INamespace {
  interface Branch {
    nested?: Record<string, Branch>
  }
  const top: Branch = {}
  for (const [fullName, own] of Object.entries(flat)) {
    let branch = top
    for (const part of fullName.split('.')) {
      branch.nested ??= {}
      branch = branch.nested[part] ??= {}
    }
    Object.assign(branch, own)
  }
  return top
}
