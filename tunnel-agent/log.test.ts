import { expect, test } from 'vitest'

import { type LogOutput, openLog } from './log.ts'

function written(options: Partial<LogOutput>) {
  const out: string[] = []
  const err: string[] = []
  const base = { json: false, quiet: false, links: false }
  const log = openLog({ ...base, ...options, out: (text) => out.push(text), err: (text) => err.push(text) })
  return { log, out, err }
}

test('problems go to the other stream than addresses', () => {
  const { log, out, err } = written({})

  log('info', 'url', 'https://a.example/mcp -> localhost:1')
  log('warn', 'offline', 'Offline')

  expect([out, err]).toEqual([['https://a.example/mcp -> localhost:1\n'], ['Offline\n']])
})

test('a link can be clicked in a terminal, and is plain text elsewhere', () => {
  const terminal = written({ links: true })
  const file = written({})

  for (const { log } of [terminal, file])
    log('info', 'sign_in', 'Open https://a.example/x', { link: 'https://a.example/x' })

  expect(terminal.out[0]).toContain('\u001B]8;;https://a.example/x\u001B\\')
  expect(file.out).toEqual(['Open https://a.example/x\n'])
})

test('--quiet keeps addresses, links and problems', () => {
  const { log, out, err } = written({ quiet: true })

  log('info', 'line', 'a call')
  log('info', 'url', 'an address')
  log('error', 'ended', 'a problem')

  expect([out, err]).toEqual([['an address\n'], ['a problem\n']])
})

test('--json writes everything as lines on one stream, without control characters', () => {
  const { log, out, err } = written({ json: true })

  log('warn', 'lost', 'gone\u001B[2J', { delayMs: 5 })

  expect(err).toEqual([])
  expect(JSON.parse(out[0] ?? '')).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    level: 'warn',
    event: 'lost',
    text: 'gone[2J',
    delayMs: 5,
  })
})
