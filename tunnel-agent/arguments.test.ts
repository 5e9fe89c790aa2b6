import { expect, test } from 'vitest'

import { parseArguments } from './arguments.ts'

const run = (line: string) => {
  const invocation = parseArguments(line.split(' '))
  return invocation.kind === 'run' ? invocation.options : invocation
}

test('without more than a host, localhost:8080 is published through port 22', () => {
  expect(run('--host gateway.example.com')).toMatchObject({
    hosts: [{ host: 'gateway.example.com', port: 22, username: undefined }],
    servers: [{ label: undefined, target: { host: 'localhost', port: 8080 } }],
  })
})

test('--port and NAME=TARGET are published together, names alone without a server under the own name', () => {
  const docs = { label: 'docs', target: { host: 'localhost', port: 4000 } }

  expect(run('--host h --port 3000 docs=localhost:4000')).toMatchObject({
    servers: [{ label: undefined, target: { host: 'localhost', port: 3000 } }, docs],
  })
  expect(run('--host h docs=4000')).toMatchObject({ servers: [docs] })
})

test('everything after "--" is the command of a server, options included', () => {
  expect(run('--host h --shared -- npx -y --port 3')).toMatchObject({
    servers: [{ label: undefined, target: { words: ['npx', '-y', '--port', '3'], shared: true } }],
  })
})

test('a user, a port and several hosts', () => {
  expect(run('--host ann@a.example:2222 --host [2001:db8::1]:22')).toMatchObject({
    hosts: [
      { host: 'a.example', port: 2222, username: 'ann' },
      { host: '2001:db8::1', port: 22 },
    ],
  })
})

test('all problems are named at once', () => {
  const wrong = run('--prot 3 --port 99999 DOCS=x docs=1 docs=2 gateway.example.com --fingerprint x')

  expect(wrong).toEqual({
    kind: 'wrong',
    problems: [
      '"--prot" is not known: see --help',
      '"DOCS" is no name: use up to 30 of a-z, 0-9 and "-", and not a number alone',
      '"x" has no port: write "x:8080"',
      '"3" is not NAME=TARGET. A gateway is named with --host 3',
      '"gateway.example.com" is not NAME=TARGET. A gateway is named with --host gateway.example.com',
      '"99999" is not a port: use a number from 1 to 65535',
      '"docs" is named twice',
      '"x" is no fingerprint: "SHA256:" and 43 characters',
      'Say where the gateway is: --host HOST',
    ].sort((a, b) => order(wrong, a) - order(wrong, b)),
  })
})

/** The order is of no importance; that each is there, is. */
function order(wrong: ReturnType<typeof run>, problem: string): number {
  return 'problems' in wrong ? wrong.problems.indexOf(problem) : -1
}

test('a file excludes servers on the command line; --shared wants a command', () => {
  expect(run('--file servers.yaml --port 3000')).toMatchObject({ kind: 'wrong' })
  expect(run('--host h --shared')).toMatchObject({ kind: 'wrong' })
  expect(run('--host h --')).toMatchObject({ kind: 'wrong' })
  expect(run('--file servers.yaml')).toMatchObject({ file: 'servers.yaml', hosts: [], servers: [] })
})

test('--service asks for the unit of this system, --service=launchd for that one', () => {
  expect(run('--host h --service')).toMatchObject({ kind: 'service', service: undefined })
  expect(run('--host h --service=launchd')).toMatchObject({ kind: 'service', service: 'launchd' })
  expect(run('--host h --service=cron')).toMatchObject({ kind: 'wrong' })
})
