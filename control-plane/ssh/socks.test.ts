import { describe, expect, test } from 'vitest'

import { opening, replyReader } from './socks.ts'

const REPLIES = Buffer.from([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0])

test('opening() is greeting and CONNECT by name', () => {
  expect(opening('ab', 258)).toEqual(Buffer.from([5, 1, 0, 5, 1, 0, 3, 2, 97, 98, 1, 2]))
})

describe('replyReader()', () => {
  test.each([0, 1, 2, 3, 6, 11])('takes the twelve bytes off when the first %i come alone', (cut) => {
    const read = replyReader()

    const first = read(REPLIES.subarray(0, cut))
    const last = read(Buffer.concat([REPLIES.subarray(cut), Buffer.from('hi')]))

    expect([first, last]).toEqual([{ kind: 'more' }, { kind: 'connected', rest: Buffer.from('hi') }])
  })

  test.each([0, 1, 2, 3, 4, 5])('notices when byte %i is not what OpenSSH sends', (index) => {
    const wrong = Buffer.from(REPLIES)
    wrong[index] = 0x48

    expect(replyReader()(wrong)).toEqual({ kind: 'wrong' })
  })

  test('reads the reply to CONNECT alone', () => {
    expect(replyReader('connect')(REPLIES.subarray(2))).toEqual({ kind: 'connected', rest: Buffer.alloc(0) })
  })
})
