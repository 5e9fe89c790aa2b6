import { expect, test } from 'vitest'

import type { ServerRequestRules } from '../routes/route-rules.ts'
import { serverRequestRule } from './server-request-rule.ts'

const NOTHING: ServerRequestRules = { sampling: false, roots: false, elicitation: { form: false, url: undefined } }
const URLS: ServerRequestRules = {
  ...NOTHING,
  elicitation: { form: true, url: { schemes: ['https'], hosts: ['example.com', '*.example.org'] } },
}
const ANY_HOST: ServerRequestRules = {
  ...NOTHING,
  elicitation: { form: false, url: { schemes: ['https'], hosts: undefined } },
}

const asking = (method: string, params?: unknown): object => ({ jsonrpc: '2.0', id: 1, method, params })
const wanting = (requests: object): object => ({ jsonrpc: '2.0', id: 1, result: { inputRequests: requests } })
const url = (written: unknown): object => asking('elicitation/create', { mode: 'url', url: written })
const rulingOf = (rules: ServerRequestRules, message: object): string =>
  serverRequestRule(rules)(message as Readonly<Record<string, unknown>>).kind

test.each<[string, ServerRequestRules, object, 'pass' | 'refuse']>([
  ['a ping', NOTHING, asking('ping'), 'pass'],
  ['a notification', NOTHING, { jsonrpc: '2.0', method: 'notifications/progress' }, 'pass'],
  ['an answer', NOTHING, { jsonrpc: '2.0', id: 1, result: {} }, 'pass'],
  ['sampling', NOTHING, asking('sampling/createMessage'), 'refuse'],
  ['sampling where it is allowed', { ...NOTHING, sampling: true }, asking('sampling/createMessage'), 'pass'],
  ['roots', NOTHING, asking('roots/list'), 'refuse'],
  ['what is not known', { ...URLS, sampling: true, roots: true }, asking('vendor/ask'), 'refuse'],
  ['a name from a prototype', { ...URLS, sampling: true, roots: true }, asking('constructor'), 'refuse'],
  ['a form', NOTHING, asking('elicitation/create'), 'refuse'],
  ['a form where it is allowed', URLS, asking('elicitation/create', { mode: 'form' }), 'pass'],
  ['another mode', URLS, asking('elicitation/create', { mode: 'fax' }), 'refuse'],
  ['an allowed host', URLS, url('https://example.com/a'), 'pass'],
  ['a host below an allowed one', URLS, url('https://a.example.org/a'), 'pass'],
  ['the host above it', URLS, url('https://example.org/a'), 'refuse'],
  ['a host that only ends alike', URLS, url('https://evil-example.org/a'), 'refuse'],
  ['a host in front of the host', URLS, url('https://example.com@evil.example/'), 'refuse'],
  ['a name in front of an allowed host', URLS, url('https://ann@example.com/'), 'refuse'],
  ['another scheme', URLS, url('javascript:alert(1)'), 'refuse'],
  ['no URL', URLS, url('example.com'), 'refuse'],
  ['no text', URLS, url(5), 'refuse'],
  ['any host where none is named', ANY_HOST, url('https://anywhere.example/'), 'pass'],
  ['a URL where none is allowed', NOTHING, url('https://example.com/'), 'refuse'],
  ['input of the modern era', URLS, wanting({ a: { method: 'elicitation/create', params: {} } }), 'pass'],
  ['one of several', URLS, wanting({ a: { method: 'elicitation/create' }, b: { method: 'roots/list' } }), 'refuse'],
  ['input that says nothing', URLS, wanting({ a: 5 }), 'refuse'],
])('a server that asks for %s: %#', (_, rules, message, kind) => {
  expect(rulingOf(rules, message)).toBe(kind)
})
