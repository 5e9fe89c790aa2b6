import type { Bundle, BundledField, BundledMessage } from './bundle.ts'

/** protobuf scalars that are no numbers; 64-bit integers are numbers too, see codec.ts. */
const SCALARS: Readonly<Record<string, string>> = { string: 'string', bool: 'boolean', bytes: 'Uint8Array' }

const HEAD = `// Generated from envoy.json by emit-declarations.ts; do not edit.

/** At most one member: two members of a oneof do not compile. */
type OneOf<T> =
  | { [K in keyof T]: { readonly [P in K]: T[P] } & { readonly [P in Exclude<keyof T, K>]?: never } }[keyof T]
  | { readonly [K in keyof T]?: never }
`

/** Types are declared in namespaces that mirror the packages, since messages nest and carry the same short names. */
interface Scope {
  readonly nested: Map<string, Scope>
  fullName: string | undefined
}

const newScope = (): Scope => ({ nested: new Map(), fullName: undefined })

/** TypeScript declarations for everything in the bundle, as the text of a `.d.ts` file. */
export function emitDeclarations(bundle: Bundle): string {
  const top = newScope()
  for (const fullName of Object.keys(bundle)) {
    let scope = top
    for (const part of fullName.split('.')) {
      const next = scope.nested.get(part) ?? newScope()
      scope.nested.set(part, next)
      scope = next
    }
    scope.fullName = fullName
  }
  const namespaces = [...top.nested].flatMap(([name, scope]) => emitScope(bundle, name, scope, ''))
  return [HEAD, ...namespaces, '', ...emitTables(bundle)].join('\n')
}

function emitScope(bundle: Bundle, name: string, scope: Scope, indent: string): readonly string[] {
  const lines: string[] = []
  const own = scope.fullName === undefined ? undefined : bundle[scope.fullName]
  if (own !== undefined && 'fields' in own) lines.push(...emitMessage(bundle, name, own, indent))
  const nested = [...scope.nested].flatMap(([child, below]) => emitScope(bundle, child, below, `${indent}  `))
  if (nested.length > 0) lines.push(`${indent}export namespace ${name} {`, ...nested, `${indent}}`)
  return lines
}

function emitMessage(bundle: Bundle, name: string, message: BundledMessage, indent: string): readonly string[] {
  const groups = Object.values(message.oneofs ?? {}).filter(({ oneof }) => oneof.length > 1)
  const grouped = new Set(groups.flatMap(({ oneof }) => oneof))
  const plain = Object.entries(message.fields)
    .filter(([field]) => !grouped.has(field))
    .map(([field, type]) => `${indent}  readonly ${field}?: ${fieldType(bundle, type)}`)
  if (groups.length === 0) return [`${indent}export interface ${name} {`, ...plain, `${indent}}`]
  const oneofs = groups.map(({ oneof }) => {
    const members = oneof.map((field) => `${field}: ${fieldType(bundle, message.fields[field])}`)
    return `OneOf<{ ${members.join('; ')} }>`
  })
  return [`${indent}export type ${name} = {`, ...plain, `${indent}} & ${oneofs.join(' & ')}`]
}

function fieldType(bundle: Bundle, field: BundledField | undefined): string {
  if (field === undefined) return 'never'
  const type = typeName(bundle, field.type)
  if (field.keyType !== undefined) return `{ readonly [key: string]: ${type} }`
  return field.rule === 'repeated' ? `readonly (${type})[]` : type
}

function typeName(bundle: Bundle, type: string): string {
  if (!type.startsWith('.')) return SCALARS[type] ?? 'number'
  const fullName = type.slice(1)
  const target = bundle[fullName]
  return target !== undefined && 'values' in target ? `Enums['${fullName}'][keyof Enums['${fullName}']]` : fullName
}

/** The tables that `codec()`, `enumOf()` and `service()` look their argument up in. */
function emitTables(bundle: Bundle): readonly string[] {
  const messages: string[] = []
  const enums: string[] = []
  const services: string[] = []
  for (const [name, type] of Object.entries(bundle)) {
    if ('fields' in type) messages.push(`  '${name}': ${name}`)
    else if ('values' in type) {
      const values = Object.entries(type.values).map(([key, value]) => `readonly ${key}: ${value}`)
      enums.push(`  '${name}': { ${values.join('; ')} }`)
    } else {
      const methods = Object.entries(type.methods).map(
        ([method, { requestType, responseType }]) =>
          `readonly ${method}: { readonly request: '${requestType.slice(1)}'; readonly response: '${responseType.slice(1)}' }`,
      )
      services.push(`  '${name}': { ${methods.join('; ')} }`)
    }
  }
  return [
    'export interface Messages {',
    ...messages,
    '}',
    '',
    'export interface Enums {',
    ...enums,
    '}',
    '',
    'export interface Services {',
    ...services,
    '}',
    '',
  ]
}
