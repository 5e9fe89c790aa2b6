import { expect, test } from 'vitest'

import { parseServersFile } from './servers-file.ts'

test('a file names a gateway and servers of both kinds', () => {
  const text = `
host: ann@gateway.example.com:2222
fingerprint: SHA256:abc
servers:
  default: { target: 3000 }
  docs:
    command: [npx, -y, docs-server]
    env: { LEVEL: 3 }
    cwd: ./docs
    shared: true
`

  expect(parseServersFile(text, 'servers.yaml')).toEqual({
    ok: true,
    value: {
      hosts: [{ host: 'gateway.example.com', port: 2222, username: 'ann' }],
      identities: [],
      fingerprints: ['SHA256:abc'],
      servers: [
        { label: undefined, target: { host: 'localhost', port: 3000 } },
        {
          label: 'docs',
          target: { words: ['npx', '-y', 'docs-server'], env: { LEVEL: '3' }, cwd: './docs', shared: true },
        },
      ],
    },
  })
})

test('every problem is told with its place and a hint', () => {
  const text = `host: [a b]
hots: x
servers:
  Docs: { target: localhost }
  one: { target: 3000, shared: true }
  two: { command: npx server }
  three: { target: 1, command: [x] }
  four: { command: [x], env: { A: [1] } }
`

  const found = parseServersFile(text, 'servers.yaml')

  expect(found.ok ? [] : found.problems).toEqual([
    'servers.yaml:2:1  "hots" is not known\n  hint: host, identity, fingerprint, servers',
    'servers.yaml:1:8  "a b" is not a host: write HOST or USER@HOST:PORT',
    'servers.yaml:4:3  "Docs" is no name\n  hint: use up to 30 of a-z, 0-9 and "-", and not a number alone',
    'servers.yaml:4:19  "localhost" has no port: write "localhost:8080"',
    'servers.yaml:5:32  "shared" belongs to a "command"',
    'servers.yaml:6:19  "command" is a list of words\n  hint: command: [npx, -y, SERVER]',
    'servers.yaml:7:3  "three" needs either "target" or "command"',
    'servers.yaml:8:35  "A" is a text\n  hint: put it in quotes',
  ])
})

test('a mistake in the syntax is told with its place', () => {
  const found = parseServersFile('servers: [\n', 'servers.yaml')

  expect(found.ok ? [] : found.problems).toEqual([expect.stringMatching(/^servers\.yaml:\d+:\d+ {2}\S/)])
})
