/**
 * A message as people and Envoy's own configuration files write it (protobuf's JSON mapping with the .proto's field
 * names): packed Any values opened, enums by name, durations as `1.5s`, wrappers bare. For golden files and for
 * `envoy --mode validate`.
 */
import protobuf from 'protobufjs/light.js'

import { codec, messageNameOf, reflection, type MessageName } from './codec.ts'
import type { google, Messages } from './envoy.d.ts'
import { jsonOf, jsonOfValue, type Json, type JsonObject } from './struct.ts'

export const readable = <K extends MessageName>(name: K, value: Messages[K]): JsonObject =>
  Object.fromEntries(entriesOf(reflection.lookupType(name), value as Record<string, unknown>))

/** A packed message with its type beside its fields. */
export function readableAny({ type_url: typeUrl = '', value = new Uint8Array() }: google.protobuf.Any): JsonObject {
  const name = messageNameOf(typeUrl)
  if (name === undefined) return { '@type': typeUrl, value: Buffer.from(value).toString('base64') }
  return { '@type': typeUrl, ...readable(name, codec(name).decode(value)) }
}

function entriesOf(
  type: protobuf.Type,
  value: Readonly<Record<string, unknown>>,
): readonly (readonly [string, Json])[] {
  return Object.entries(value).map(([key, held]) => {
    const field = type.fields[key]
    if (field === undefined) throw new Error(`${type.fullName} has no field "${key}"`)
    field.resolve()
    if (field instanceof protobuf.MapField) {
      const entries = Object.entries(held as Readonly<Record<string, unknown>>)
      return [key, Object.fromEntries(entries.map(([name, each]) => [name, readableField(field, each)]))]
    }
    if (field.repeated) return [key, (held as readonly unknown[]).map((each) => readableField(field, each))]
    return [key, readableField(field, held)]
  })
}

function readableField(field: protobuf.Field, value: unknown): Json {
  const type = field.resolvedType
  if (type instanceof protobuf.Enum) return type.valuesById[value as number] ?? (value as number)
  if (type instanceof protobuf.Type) return readableMessage(type, value as Record<string, unknown>)
  // Inline certificates and Lua are bytes or strings; bytes are base64 in the JSON mapping.
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value as Json)
}

function readableMessage(type: protobuf.Type, value: Readonly<Record<string, unknown>>): Json {
  switch (type.fullName) {
    case '.google.protobuf.Any':
      return readableAny(value)
    case '.google.protobuf.Struct':
      return jsonOf(value)
    case '.google.protobuf.Value':
      return jsonOfValue(value)
    case '.google.protobuf.Duration':
      return durationText(value)
    default:
  }
  if (type.fullName.startsWith('.google.protobuf.') && type.fullName.endsWith('Value')) {
    return (value['value'] as Json | undefined) ?? (type.fields['value']?.type === 'bool' ? false : 0)
  }
  return Object.fromEntries(entriesOf(type, value))
}

const durationText = ({ seconds = 0, nanos = 0 }: google.protobuf.Duration): string => {
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
  return `${seconds}${fraction}s`
}
