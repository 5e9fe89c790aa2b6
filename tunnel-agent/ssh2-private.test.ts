import { PassThrough } from 'node:stream'

import ssh2 from 'ssh2'
import { expect, test } from 'vitest'

import { overhear } from './ssh2-private.ts'

test('overhear() finds the messages where ssh2 handles them, and leaves them to it', () => {
  const client = new ssh2.Client()
  client.on('error', () => {})
  client.connect({ sock: new PassThrough(), username: 'ann' })
  const handlers = (client as unknown as { _protocol: { _handlers: Record<string, (...rest: unknown[]) => void> } })
    ._protocol._handlers
  const seen: unknown[] = []
  handlers['USERAUTH_INFO_REQUEST'] = (_protocol, ...rest) => seen.push(['ssh2', ...rest])
  expect(handlers['DISCONNECT']).toBeTypeOf('function')

  overhear(client, { question: (...rest) => seen.push(rest), disconnect: (text) => seen.push(text) })
  handlers['USERAUTH_INFO_REQUEST']?.({}, 'title', 'text', [])
  handlers['DISCONNECT']?.({}, 11, 'bye')

  expect(seen).toEqual([['title', 'text'], ['ssh2', 'title', 'text', []], 'bye'])
})
