import { describe, expect, test } from 'vitest'

import { type Answer, askForMcp, type Finding } from './mcp-question.ts'

const RPC: Answer = {
  status: 400,
  contentType: 'application/json; charset=utf-8',
  asksForSignIn: false,
  body: '{"jsonrpc":"2.0","error":{"code":-32000,"message":"no session"},"id":null}',
}
const STREAM: Answer = { ...RPC, status: 200, contentType: 'text/event-stream', body: '' }
const MISSING: Answer = { ...RPC, status: 404, contentType: 'text/html', body: 'Cannot POST /mcp' }

/** What is found when each path answers like this; all others are missing. */
function find(answers: Readonly<Record<string, Answer | undefined>>): Finding & { kind: 'found' } {
  const asking = askForMcp('/mcp')
  let { first: question } = asking
  for (;;) {
    const { path } = question
    const finding = asking.next(path in answers ? answers[path] : MISSING)
    if (finding.kind === 'found') return finding
    question = finding.question
  }
}

describe('askForMcp()', () => {
  test.each([
    ['an error of JSON-RPC', RPC],
    ['a result', { ...RPC, status: 200, body: '{"jsonrpc":"2.0","result":{},"id":"x"}' }],
    ['a stream', STREAM],
    ['a sign-in of its own', { ...MISSING, status: 401, asksForSignIn: true }],
    ['trouble', { ...MISSING, status: 503 }],
  ])('takes %s at the path for an MCP server', (_what, answer) => {
    expect(find({ '/mcp': answer })).toEqual({ kind: 'found', health: 'ok', path: '/mcp' })
  })

  test.each([
    ['a web page', { ...MISSING, status: 200, body: '<html>' }],
    ['JSON that is not JSON-RPC', { ...RPC, body: '{"error":"no such route"}' }],
    ['broken JSON', { ...RPC, body: '{"jsonrpc":"2.0"' }],
    ['JSON that is null', { ...RPC, body: 'null' }],
    ['a web server without POST', { ...MISSING, status: 501 }],
    ['nothing that is HTTP', undefined],
  ])('does not take %s for one', (_what, answer) => {
    expect(find({ '/mcp': answer })).toMatchObject({ health: 'not_mcp' })
  })

  test.each(['/', '/mcp/', '/api/mcp'])('finds a server that is at %s instead', (path) => {
    expect(find({ [path]: RPC })).toEqual({ kind: 'found', health: 'wrong_path', path })
  })

  test('finds the stream of an old server', () => {
    expect(find({ '/sse': STREAM })).toEqual({ kind: 'found', health: 'wrong_path', path: '/sse' })
  })

  test('does not take a sign-in at another path for an MCP server', () => {
    expect(find({ '/': { ...MISSING, status: 401, asksForSignIn: true } })).toMatchObject({ health: 'not_mcp' })
  })
})
