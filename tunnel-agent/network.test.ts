import { expect, test } from 'vitest'

import { candidates, offlineSentence } from './network.ts'

const v4 = (address: string) => ({ address, family: 4 })
const none = new Set<string>()

test('one address is one connection', () => {
  expect(candidates([v4('10.0.0.1')], { slot: 0, attempt: 0, taken: none })).toEqual(['10.0.0.1'])
  expect(candidates([v4('10.0.0.1')], { slot: 1, attempt: 0, taken: none })).toEqual([])
})

test('the second connection goes where the first is not', () => {
  const nodes = [v4('10.0.0.1'), v4('10.0.0.2')]

  expect(candidates(nodes, { slot: 1, attempt: 0, taken: new Set(['10.0.0.1']) })).toEqual(['10.0.0.2'])
  expect(candidates(nodes, { slot: 1, attempt: 3, taken: new Set(['10.0.0.1']) })).toEqual(['10.0.0.2'])
})

test('IPv4 and IPv6 of one name are one node: the other family is only tried after the first', () => {
  const both = [{ address: '::1', family: 6 }, v4('127.0.0.1')]

  expect(candidates(both, { slot: 0, attempt: 0, taken: none })).toEqual(['::1', '127.0.0.1'])
  expect(candidates(both, { slot: 1, attempt: 0, taken: none })).toEqual([])
})

test('a later attempt begins with another node', () => {
  const nodes = [v4('10.0.0.1'), v4('10.0.0.2')]

  expect(candidates(nodes, { slot: 0, attempt: 1, taken: none })).toEqual(['10.0.0.2', '10.0.0.1'])
})

test('what is wrong is told apart', () => {
  const gateway = { host: 'gateway.example.com', port: 22, username: undefined }
  const codes = ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'ECONNREFUSED', 'ETIMEDOUT', 'EPERM']

  const sentences = codes.map((code) => offlineSentence(gateway, code))

  expect(new Set(sentences).size).toBe(codes.length)
})
