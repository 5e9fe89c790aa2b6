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
    expect(parseExecWords('port=1 help')).toEqual({ ok: true, value: { kind: 'help', isJson: false } })
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

describe('parseExecWords() knows commands', () => {
  test.each([
    ['whoami', 'whoami'],
    ['  logs --follow ', 'logs'],
    ["share 'ann@example.com' --for 2h", 'share'],
  ])('%s', (command, name) => {
    expect(parseExecWords(command)).toMatchObject({
      ok: true,
      value: { kind: 'command', invocation: { command: { name } } },
    })
  })

  test('takes words for the connection with a stream of events alone', () => {
    expect(parseExecWords('events --json port=3000 instance=two')).toMatchObject({
      value: { kind: 'command', connection: { target: { port: 3000 }, instance: 'two' } },
    })
    expect(parseExecWords('events --json')).toMatchObject({ value: { connection: undefined } })
    expect(parseExecWords('events port=0').ok).toBe(false)
    expect(parseExecWords('whoami port=3000').ok).toBe(false)
  })

  test('labels of public assets, in both spellings and more than one, and nothing that is no label', () => {
    const both = parseExecWords('public=assets public plain port=3000')
    expect(both).toMatchObject({
      value: { kind: 'target', publicLabels: ['assets', 'plain'], isPlain: false, target: { port: 3000 } },
    })
    expect(parseExecWords('public assets')).toMatchObject({ value: { publicLabels: ['assets'], target: undefined } })
    expect(parseExecWords('port=1')).toMatchObject({ value: { publicLabels: [] } })
    for (const wrong of [
      'public',
      'public=',
      'public=A',
      'public=a.b',
      'public port=1',
      'public=\u001b[2J',
      'Public=a',
    ]) {
      expect([wrong, parseExecWords(wrong).ok]).toEqual([wrong, false])
    }
  })

  test('says what was probably meant', () => {
    expect(parseExecWords('tunels')).toMatchObject({ error: expect.stringContaining('did you mean "tunnels"?') })
    expect(parseExecWords('approve').ok).toBe(false)
  })

  test('shows help with any of them', () => {
    expect(parseExecWords('help --json')).toEqual({ ok: true, value: { kind: 'help', isJson: true } })
    expect(parseExecWords('share --help')).toEqual({ ok: true, value: { kind: 'help', isJson: false } })
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
