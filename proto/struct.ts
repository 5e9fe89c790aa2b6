import type { google } from './envoy.d.ts'

/** What google.protobuf.Struct can hold: JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

const NULL_VALUE = 0

export const valueOf = (json: Json): google.protobuf.Value => {
  if (json === null) return { null_value: NULL_VALUE }
  if (typeof json === 'string') return { string_value: json }
  if (typeof json === 'number') return { number_value: json }
  if (typeof json === 'boolean') return { bool_value: json }
  return isArray(json) ? { list_value: { values: json.map(valueOf) } } : { struct_value: struct(json) }
}

/** JSON as google.protobuf.Struct, which is how dynamic metadata travels. */
export const struct = (json: JsonObject): google.protobuf.Struct => ({
  fields: Object.fromEntries(Object.entries(json).map(([key, value]) => [key, valueOf(value)])),
})

/** A Struct back as JSON. Absent is `{}`. */
export const jsonOf = (from: google.protobuf.Struct | undefined): JsonObject =>
  Object.fromEntries(Object.entries(from?.fields ?? {}).map(([key, value]) => [key, jsonOfValue(value)]))

export function jsonOfValue(value: google.protobuf.Value): Json {
  if (value.string_value !== undefined) return value.string_value
  if (value.number_value !== undefined) return value.number_value
  if (value.bool_value !== undefined) return value.bool_value
  if (value.list_value !== undefined) return (value.list_value.values ?? []).map(jsonOfValue)
  return value.struct_value === undefined ? null : jsonOf(value.struct_value)
}

const isArray = (json: readonly Json[] | JsonObject): json is readonly Json[] => Array.isArray(json)
