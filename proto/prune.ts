import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'

import type { Bundle, BundledField, BundledMessage, BundledService, BundledType } from './bundle.ts'

/** What roots.json lists: the messages and services that we name ourselves. */
export interface Roots {
  readonly messages: readonly string[]
  readonly services: readonly string[]
}

/** Joins the descriptors of single files into one resolved reflection tree. */
export function readDescriptors(files: Iterable<Buffer>): protobuf.Root {
  const file = [...files].map((bytes) => descriptor.FileDescriptorProto.decode(bytes))
  const set = descriptor.FileDescriptorSet.encode({ file }).finish()
  const root = protobuf.Root.fromDescriptor(set, { keepCase: true })
  root.resolveAll()
  return root
}

/** Keeps the roots and everything reachable from them; deprecated fields are dropped, so nobody starts using one. */
export function prune(root: protobuf.Root, roots: Roots): Bundle {
  const kept = new Map<string, BundledType>()
  const visit = (type: protobuf.Type | protobuf.Enum): void => {
    const name = type.fullName.slice(1)
    if (kept.has(name)) return
    if (type instanceof protobuf.Enum) {
      kept.set(name, { values: { ...type.values } })
      return
    }
    const fields = type.fieldsArray.filter((field) => field.options?.['deprecated'] !== true)
    kept.set(name, bundleMessage(type, fields))
    for (const { resolvedType } of fields) if (resolvedType !== null) visit(resolvedType)
  }
  for (const name of roots.messages) visit(root.lookupType(name))
  for (const name of roots.services) {
    const service = root.lookupService(name)
    kept.set(name, bundleService(service))
    for (const { resolvedRequestType, resolvedResponseType } of service.methodsArray) {
      if (resolvedRequestType !== null) visit(resolvedRequestType)
      if (resolvedResponseType !== null) visit(resolvedResponseType)
    }
  }
  return Object.fromEntries([...kept].sort(([left], [right]) => (left < right ? -1 : 1)))
}

function bundleMessage(type: protobuf.Type, kept: readonly protobuf.Field[]): BundledMessage {
  const fields = Object.fromEntries(kept.map((field) => [field.name, bundleField(field)]))
  const oneofs = type.oneofsArray
    .map((group) => [group.name, { oneof: group.oneof.filter((name) => name in fields) }] as const)
    .filter(([, { oneof }]) => oneof.length > 0)
  return oneofs.length === 0 ? { fields } : { fields, oneofs: Object.fromEntries(oneofs) }
}

function bundleField(field: protobuf.Field): BundledField {
  const keyType = field instanceof protobuf.MapField ? field.keyType : undefined
  return {
    ...(keyType !== undefined ? { keyType } : field.repeated ? { rule: 'repeated' } : {}),
    type: field.resolvedType === null ? field.type : field.resolvedType.fullName,
    id: field.id,
    ...(field.partOf?.isProto3Optional === true ? { options: { proto3_optional: true } } : {}),
  }
}

function bundleService(service: protobuf.Service): BundledService {
  const methods = service.methodsArray.map((method) => [
    method.name,
    {
      requestType: method.resolvedRequestType?.fullName ?? method.requestType,
      ...(method.requestStream === true ? { requestStream: true as const } : {}),
      responseType: method.resolvedResponseType?.fullName ?? method.responseType,
      ...(method.responseStream === true ? { responseStream: true as const } : {}),
    },
  ])
  return { methods: Object.fromEntries(methods) }
}
