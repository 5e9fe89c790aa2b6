import { expect, test } from 'vitest'

import { TrafficBoard } from './traffic.ts'

const head = (path: string, from: string): Buffer =>
  Buffer.from(`POST ${path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${from}\r\n\r\n{}`)

test('a board counts what open channels carry, newest first', () => {
  const board = new TrafficBoard()
  const first = board.open('team', 5)
  const second = board.open('team', 7)
  first.traffic.received(Buffer.from('abc'))
  first.traffic.sent(10)
  second.closed()
  board.open('other', 9)

  expect(board.snapshot()).toEqual([
    { id: 3, route: 'other', request: undefined, clientAddress: undefined, rxBytes: 0, txBytes: 0, sinceMs: 9 },
    { id: 1, route: 'team', request: undefined, clientAddress: undefined, rxBytes: 3, txBytes: 10, sinceMs: 5 },
  ])
})

test('requests are read only once somebody looks, and only where one begins', () => {
  const board = new TrafficBoard()
  const { traffic } = board.open('team', 0)
  traffic.received(head('/mcp', '203.0.113.9'))
  expect(board.snapshot()[0]?.request).toBeUndefined()

  traffic.received(head('/mcp', '198.51.100.1, 203.0.113.9'))
  traffic.received(Buffer.from('a body that says\r\nGET /evil HTTP/1.1\r\n'))

  expect(board.snapshot()[0]).toMatchObject({ request: 'POST /mcp', clientAddress: '203.0.113.9' })
})
