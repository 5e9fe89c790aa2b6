import { describe, expect, test } from 'vitest'

import { fixedTargetText, parseExecWords, targetText } from './target.ts'

const parsed = (command: string) => {
  const words = parseExecWords(command)
  return words.ok && words.value.kind === 'target' ? words.value.target : words
}

describe('parseExecWords() understands', () => {
  test.each([
    ['port=3000', { host: 'localhost', port: 3000 }],
    ['host=127.0.0.1', { host: '127.0.0.1', port: 8080 }],
    ['target=localhost:3000', { host: 'localhost', port: 3000 }],
    ['target=[::1]:3000', { host: '::1', port: 3000 }],
    ['host=::1  port=1', { host: '::1', port: 1 }],
    ['port=65535', { host: 'localhost', port: 65_535 }],
    ['port=1 port=2', { host: 'localhost', port: 2 }],
    ['target=a:1 port=2', { host: 'a', port: 2 }],
    ['  ', undefined],
  ])('%s', (command, target) => {
    expect(parsed(command)).toEqual(target)
  })

  test('help, wherever it stands', () => {
    expect(parseExecWords('port=1 help')).toEqual({ ok: true, value: { kind: 'help' } })
  })
})

describe('parseExecWords() refuses', () => {
  test.each([
    'port=0',
    'port=65536',
    'port=80a',
    'port=',
    'host=',
    'host=a/b',
    'host=a b=c',
    `host=${'a'.repeat(254)}`,
    'target=localhost',
    'target=:3000',
    'prot=1',
    'ls',
    '=',
    'host=\u001b[2J',
    'x'.repeat(1025),
  ])('%s', (command) => {
    expect(parseExecWords(command).ok).toBe(false)
  })
})

test('targetText() brackets IPv6', () => {
  expect(targetText({ host: '::1', port: 80 })).toBe('[::1]:80')
  expect(targetText({ host: 'localhost', port: 80 })).toBe('localhost:80')
})

test('fixedTargetText() trusts a port that is not one of the web', () => {
  expect(fixedTargetText({ bindAddress: 'localhost', bindPort: 8080 })).toBe('localhost:8080')
  expect([0, 80, 443].map((bindPort) => fixedTargetText({ bindAddress: 'x', bindPort }))).toEqual(
    Array.from({ length: 3 }, () => 'localhost'),
  )
})
