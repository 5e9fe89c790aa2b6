import { expect, test } from 'vitest'

import { NOTHING_NAMED } from '../policy/input.ts'
import { mcpFactsOf } from './mcp-facts.ts'

const factsOf = (method: string, params: Readonly<Record<string, unknown>>) =>
  mcpFactsOf({ kind: 'request', id: 1, method, params }, () => undefined)

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['tools/call', { name: 5 }],
  ['completion/complete', {}],
  ['completion/complete', { ref: { type: 'ref/prompt' } }],
  ['completion/complete', { ref: { type: 'ref/resource', uri: 5 } }],
  ['subscriptions/listen', { notifications: { resourceSubscriptions: 'file:///a' } }],
  ['subscriptions/listen', { notifications: { resourceSubscriptions: [5] } }],
])('%s %o names nothing, so no rule about a name is met', (method, params) => {
  expect(factsOf(method, params)).toEqual([{ ...NOTHING_NAMED, method }])
})

test('arguments that are missing are none, not unknown ones', () => {
  expect(factsOf('tools/call', { name: 'a', arguments: null })[0].arguments).toEqual({})
})
