import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'

import type { ServerChannel } from 'ssh2'
import { afterEach, expect, test, vi } from 'vitest'

import { pump } from './pump.ts'

/** As much of ssh2's channel as the pump touches; what is written waits until the test lets it go. */
class FakeChannel extends Duplex {
  readonly done: string[] = []
  readonly outgoing = { id: 0, state: 'open' }
  readonly _client = { _sock: { writable: true }, _protocol: { _destruct: () => {} } }
  release = (): void => {}

  constructor() {
    super({ emitClose: false })
  }
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, sent: () => void): void {
    const send = (): void => {
      if (chunk.length > 0) this.done.push(`data ${chunk.toString()}`)
      sent()
    }
    if (chunk.toString() === 'slow') this.release = send
    else send()
  }
  eof(): void {
    if (this.outgoing.state !== 'open') return
    this.outgoing.state = 'eof'
    this.done.push('eof')
  }
  close(): void {
    this.done.push('close')
  }
}

/** One end of a connection: `received` is what the pump wrote, once it was let go. */
class FakeUnix extends Duplex {
  readonly received: string[] = []
  release = (): void => {}
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    this.release = () => {
      this.release = () => {}
      this.received.push(chunk.toString())
      taken()
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function start(spend: (bytes: number) => number = () => 0) {
  const [channel, unix, tcp] = [new FakeChannel(), new FakeUnix(), new FakeUnix()]
  let ends = 0
  pump(unix as unknown as Socket, channel as unknown as ServerChannel, {
    tcp: tcp as unknown as Socket,
    opening: undefined,
    idleMs: 60_000,
    spend,
    onTarget: () => {},
    onEnd: () => (ends += 1),
  })
  return { channel, unix, ends: () => ends }
}

test('pump() sends EOF behind what the channel still holds, and CLOSE only at the end', async () => {
  const { channel, unix, ends } = start()
  unix.push('slow')
  unix.push(null)
  await turn()
  expect(channel.done).toEqual([])

  channel.release()
  await turn()

  expect(channel.done).toEqual(['data slow', 'eof'])
  expect(ends()).toBe(0)
  unix.destroy()
  await turn()
  expect(channel.done.at(-1)).toBe('close')
  expect(ends()).toBe(1)
})

test('pump() delivers what came before a CLOSE, although the caller reads late', async () => {
  const { channel, unix, ends } = start()
  channel.push('last words')
  channel.push(null)
  await turn()

  channel.emit('close')
  await turn()
  expect(unix.destroyed).toBe(false)
  unix.release()
  await turn()

  expect(unix.received).toEqual(['last words'])
  expect(ends()).toBe(1)
})

test('pump() ends once, whatever happens twice', async () => {
  const { channel, unix, ends } = start()

  unix.destroy()
  channel.emit('error', new Error('x'))
  channel.emit('close')
  await turn()

  expect(ends()).toBe(1)
})

afterEach(() => void vi.useRealTimers())

test.each(['down', 'up'] as const)(
  'pump() carries nothing %s while the rate is used up, and goes on afterwards',
  async (way) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const waits = [300, 0]
    const { channel, unix } = start(() => waits.shift() ?? 0)
    const [from, moved] =
      way === 'up'
        ? [unix, () => channel.done]
        : [channel, () => (unix.release(), unix.received.map((text) => `data ${text}`))]

    from.push('one')
    await turn()
    expect(moved()).toEqual(['data one'])
    from.push('two')
    await turn()
    expect(moved()).toEqual(['data one'])

    vi.advanceTimersByTime(300)
    await turn()

    expect(moved()).toEqual(['data one', 'data two'])
  },
)
