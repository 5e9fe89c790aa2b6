import { createHash } from 'node:crypto'

import { codec, type MessageName } from '../../proto/codec.ts'
import type { google, Messages } from '../../proto/envoy.d.ts'

/** The four kinds of resource that Envoy gets from us. */
export const RESOURCE_TYPES = [
  'envoy.config.cluster.v3.Cluster',
  'envoy.extensions.transport_sockets.tls.v3.Secret',
  'envoy.config.listener.v3.Listener',
  'envoy.config.route.v3.RouteConfiguration',
] as const satisfies readonly MessageName[]

export type ResourceType = (typeof RESOURCE_TYPES)[number]

export const CLUSTER = RESOURCE_TYPES[0]
export const LISTENER = RESOURCE_TYPES[2]

/** A named resource, encoded once. Equal content has an equal version, also after a restart of the control plane. */
export interface Resource {
  readonly type: ResourceType
  readonly name: string
  readonly version: string
  readonly body: google.protobuf.Any
}

/** 96 bits of the content's hash: enough that two contents never share a version. */
const VERSION_CHARACTERS = 16

export function resourceOf<K extends ResourceType>(type: K, value: Messages[K] & { readonly name?: string }): Resource {
  const bytes = codec(type).encode(value)
  const version = createHash('sha256').update(bytes).digest('base64url').slice(0, VERSION_CHARACTERS)
  return { type, name: value.name ?? '', version, body: { type_url: codec(type).typeUrl, value: bytes } }
}
