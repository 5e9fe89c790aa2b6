import { expect, test } from 'vitest'

import { eraOf, headersContradict, type RoutingHeaders } from './era.ts'
import type { Message } from './message.ts'

const VERSION = 'io.modelcontextprotocol/protocolVersion'
const requestOf = (method: string, params: Readonly<Record<string, unknown>> = {}): Message => ({
  kind: 'request',
  id: 1,
  method,
  params,
})
const RESPONSE: Message = { kind: 'response', id: 1 }

test.each<[string, Message | undefined, string | undefined, 'legacy' | 'modern']>([
  ['nothing', undefined, undefined, 'legacy'],
  ['a legacy header', undefined, '2025-11-25', 'legacy'],
  ['the first modern header', undefined, '2026-07-28', 'modern'],
  ['a later one', undefined, '2027-01-01', 'modern'],
  ['no date', undefined, 'zzz', 'legacy'],
  ['a modern body without a header', requestOf('ping', { _meta: { [VERSION]: '2026-07-28' } }), undefined, 'modern'],
  [
    'a modern body under a legacy header',
    requestOf('ping', { _meta: { [VERSION]: '2026-07-28' } }),
    '2025-06-18',
    'modern',
  ],
  ['a version that is no text', requestOf('ping', { _meta: { [VERSION]: 20260728 } }), undefined, 'legacy'],
  ['a response', RESPONSE, undefined, 'legacy'],
])('%s is read as it is by a server that knows both eras', (_, message, header, era) => {
  expect(eraOf(message, header)).toBe(era)
})

const none: RoutingHeaders = { protocolVersion: undefined, method: undefined, name: undefined }
const call = requestOf('tools/call', { name: 'grüße', _meta: { [VERSION]: '2026-07-28' } })
const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`

test.each<[string, Message, Partial<RoutingHeaders>, boolean]>([
  ['no headers at all', call, {}, false],
  ['the same version', call, { protocolVersion: '2026-07-28' }, false],
  ['another version', call, { protocolVersion: '2026-07-29' }, true],
  ['a version where the body has none', requestOf('ping'), { protocolVersion: '2026-07-28' }, false],
  ['the same method', call, { method: 'tools/call' }, false],
  ['another method', call, { method: 'tools/list' }, true],
  ['the same name, encoded', call, { name: base64('grüße') }, false],
  ['another name, encoded', call, { name: base64('drop') }, true],
  ['another name as it is', call, { name: 'drop' }, true],
  ['a name where the body has none', requestOf('tools/list'), { name: 'x' }, true],
  ['a method beside a response', RESPONSE, { method: 'tools/call' }, true],
  ['a name beside a response', RESPONSE, { name: 'x' }, true],
  ['nothing beside a response', RESPONSE, {}, false],
])('whether headers contradict the body: %s', (_, message, headers, contradict) => {
  expect(headersContradict(message, { ...none, ...headers })).toBe(contradict)
})
