import descriptor from 'protobufjs/ext/descriptor.js'
import { expect, test } from 'vitest'

import { emitDeclarations } from './emit-declarations.ts'
import { extractDescriptors } from './extract.ts'
import { prune, readDescriptors } from './prune.ts'

const OPTIONAL = 1
const REPEATED = 3
const STRING = 9
const MESSAGE = 11

const fileOf = (name: string, messages: readonly object[]): Buffer =>
  Buffer.from(
    descriptor.FileDescriptorProto.encode({ name, package: 'p', messageType: messages, syntax: 'proto3' }).finish(),
  )

const first = fileOf('a/first.proto', [
  {
    name: 'Kept',
    field: [
      { name: 'next_one', number: 1, label: REPEATED, type: MESSAGE, typeName: '.p.Reached' },
      { name: 'old', number: 2, label: OPTIONAL, type: STRING, options: { deprecated: true } },
      { name: 'left', number: 3, label: OPTIONAL, type: STRING, oneofIndex: 0 },
      { name: 'right', number: 4, label: OPTIONAL, type: STRING, oneofIndex: 0 },
    ],
    oneofDecl: [{ name: 'side' }],
  },
])
const second = fileOf('a/second.proto', [{ name: 'Reached' }, { name: 'Unreached' }])

/** The linker puts descriptors one after the other, among anything else. */
const executable = Buffer.concat([Buffer.from('\x7fELF, see x.proto '), first, second, Buffer.from('\0\0tail')])

test('extractDescriptors() finds descriptors that lie back to back among other bytes', () => {
  const found = extractDescriptors(executable)

  expect([...found]).toEqual([
    ['a/first.proto', first],
    ['a/second.proto', second],
  ])
})

test('prune() keeps what is reachable from the roots and drops deprecated fields', () => {
  const root = readDescriptors(extractDescriptors(executable).values())

  const bundle = prune(root, { messages: ['p.Kept'], services: [] })

  expect(bundle).toEqual({
    'p.Kept': {
      fields: {
        next_one: { rule: 'repeated', type: '.p.Reached', id: 1 },
        left: { type: 'string', id: 3 },
        right: { type: 'string', id: 4 },
      },
      oneofs: { side: { oneof: ['left', 'right'] } },
    },
    'p.Reached': { fields: {} },
  })
})

test('emitDeclarations() declares oneofs as alternatives', () => {
  const text = emitDeclarations(prune(readDescriptors([first, second]), { messages: ['p.Kept'], services: [] }))

  expect(text).toContain('} & OneOf<{ left: string; right: string }>')
  expect(text).toContain('readonly next_one?: readonly (p.Reached)[]')
  expect(text).toContain("'p.Kept': p.Kept")
})
