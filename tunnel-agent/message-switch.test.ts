import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'

import { MessageSwitch, type Party } from './message-switch.ts'

interface FakeProcess {
  readonly got: JSONRPCMessage[]
  say(message: JSONRPCMessage): void
  exit(reason: string): void
  stopped: boolean
}

function world() {
  const processes: FakeProcess[] = []
  const told: string[] = []
  const timers: { readonly ms: number; readonly act: () => void }[] = []
  const messages = new MessageSwitch({
    start: ({ message, exited }) => {
      const process: FakeProcess = { got: [], say: message, exit: exited, stopped: false }
      processes.push(process)
      return {
        send: (sent) => void process.got.push(sent),
        stop: async () => {
          process.stopped = true
        },
      }
    },
    nowMs: () => 0,
    fraction: () => 0,
    later: (ms, act) => {
      timers.push({ ms, act })
      return { cancel: () => {} }
    },
    tell: (text) => told.push(text),
  })
  const join = () => {
    const got: { readonly message: JSONRPCMessage; readonly relatedTo: RequestId | undefined }[] = []
    const party: Party = { deliver: (message, relatedTo) => void got.push({ message, relatedTo }) }
    messages.join(party)
    return { party, got, last: () => got.at(-1)?.message }
  }
  return { messages, processes, told, timers, join }
}

const request = (id: RequestId, method: string, params: Record<string, unknown> = {}): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})
const result = (id: RequestId, value: Record<string, unknown> = {}): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  result: value,
})
const idsOf = (process: FakeProcess | undefined) =>
  process?.got.flatMap((message) => ('id' in message && message.id !== undefined ? [message.id] : [])) ?? []

test('two clients may use the same id: each gets its own answer', () => {
  const { messages, processes, join } = world()
  const [ann, bob] = [join(), join()]

  messages.send(ann.party, request(1, 'tools/list'))
  messages.send(bob.party, request(1, 'tools/list'))
  const [first = 0, second = 0] = idsOf(processes[0])
  processes[0]?.say(result(second, { of: 'bob' }))
  processes[0]?.say(result(first, { of: 'ann' }))

  expect(first).not.toBe(second)
  expect([ann.last(), bob.last()]).toEqual([result(1, { of: 'ann' }), result(1, { of: 'bob' })])
})

test('progress reaches who asked for it, under the token that was chosen', () => {
  const { messages, processes, join } = world()
  const [ann, bob] = [join(), join()]
  for (const { party } of [ann, bob]) {
    messages.send(party, request('a', 'tools/call', { name: 'x', _meta: { progressToken: 'mine' } }))
  }

  const [first] = idsOf(processes[0])
  processes[0]?.say({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: first, progress: 1 },
  })

  expect(bob.got).toEqual([])
  expect(ann.got).toEqual([
    {
      message: {
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: 'mine', progress: 1 },
      },
      relatedTo: 'a',
    },
  ])
})

test('a cancelled request is cancelled under the id that the server knows, and only by its client', () => {
  const { messages, processes, join } = world()
  const [ann, bob] = [join(), join()]
  messages.send(ann.party, request(5, 'tools/call'))
  const cancelled: JSONRPCMessage = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } }

  messages.send(bob.party, cancelled)
  expect(processes[0]?.got).toHaveLength(1)
  messages.send(ann.party, cancelled)

  expect(processes[0]?.got.at(-1)).toMatchObject({ params: { requestId: idsOf(processes[0])[0] } })
})

test('a question of the server goes to the only client that waits, and only that one may answer', () => {
  const { messages, processes, join } = world()
  const [ann, bob] = [join(), join()]
  messages.send(ann.party, request(1, 'tools/call'))

  processes[0]?.say(request('q', 'elicitation/create'))
  messages.send(bob.party, result('q', { from: 'bob' }))
  messages.send(ann.party, result('q', { from: 'ann' }))
  messages.send(ann.party, result('q', { from: 'ann again' }))

  expect(bob.got).toEqual([])
  expect(ann.got).toEqual([{ message: request('q', 'elicitation/create'), relatedTo: 1 }])
  expect(processes[0]?.got.slice(1)).toEqual([result('q', { from: 'ann' })])
})

test('a question that could be for either of two clients is shown to neither', () => {
  const { messages, processes, join } = world()
  const [ann, bob] = [join(), join()]
  for (const { party } of [ann, bob]) messages.send(party, request(1, 'tools/call'))

  processes[0]?.say(request('q', 'elicitation/create', { message: 'Your password?' }))
  processes[0]?.say({ jsonrpc: '2.0', method: 'notifications/message', params: { data: 'secret of ann' } })

  expect([ann.got, bob.got]).toEqual([[], []])
  expect(processes[0]?.got.at(-1)).toMatchObject({ id: 'q', error: { code: -32_603 } })
})

test('the second session of a shared process is greeted with the answer to the first', () => {
  const { messages, processes, join } = world()
  const [ann, bob, eve] = [join(), join(), join()]
  messages.send(ann.party, request(0, 'initialize'))
  messages.send(bob.party, request(9, 'initialize'))
  processes[0]?.say(result(idsOf(processes[0])[0] ?? 0, { serverInfo: 1 }))
  messages.send(eve.party, request('e', 'initialize'))

  expect(idsOf(processes[0])).toHaveLength(1)
  expect([ann, bob, eve].map(({ last }) => last())).toEqual([
    result(0, { serverInfo: 1 }),
    result(9, { serverInfo: 1 }),
    result('e', { serverInfo: 1 }),
  ])
})

test('a process that dies answers what it owes; meanwhile calls are refused; the next one is greeted first', () => {
  const { messages, processes, told, timers, join } = world()
  const ann = join()
  messages.send(ann.party, request(0, 'initialize', { protocolVersion: '2025-11-25' }))
  processes[0]?.say(result(idsOf(processes[0])[0] ?? 0))
  messages.send(ann.party, { jsonrpc: '2.0', method: 'notifications/initialized' })
  messages.send(ann.party, request(1, 'tools/call'))

  processes[0]?.exit('exit code 3')
  expect(ann.last()).toMatchObject({ id: 1, error: { message: expect.stringContaining('exit code 3') } })
  expect(told).toEqual(['The server ended (exit code 3); it is started again in 1 s'])
  messages.send(ann.party, request(2, 'tools/call'))
  expect(ann.last()).toMatchObject({ id: 2, error: { data: { retryAfterMs: 500 } } })

  timers[0]?.act()
  messages.send(ann.party, request(3, 'tools/call'))
  expect(processes[1]?.got).toMatchObject([{ method: 'initialize', params: { protocolVersion: '2025-11-25' } }])
  processes[1]?.say(result(idsOf(processes[1])[0] ?? 0))
  expect(processes[1]?.got.slice(1)).toMatchObject([{ method: 'notifications/initialized' }, { method: 'tools/call' }])
  expect(ann.got).toHaveLength(3)
})

test('a process that dies again and again is started less and less often', () => {
  const { messages, processes, timers, join } = world()
  messages.send(join().party, request(0, 'tools/list'))

  for (let n = 0; n < 8; n += 1) {
    processes.at(-1)?.exit('exit code 1')
    timers.at(-1)?.act()
  }

  expect(timers.map(({ ms }) => ms)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
})

test('who leaves cancels what was asked, and hears nothing more', () => {
  const { messages, processes, join } = world()
  const ann = join()
  messages.send(ann.party, request(1, 'tools/call'))
  const [id = 0] = idsOf(processes[0])

  messages.leave(ann.party)
  processes[0]?.say(result(id))

  expect(processes[0]?.got.at(-1)).toMatchObject({ method: 'notifications/cancelled', params: { requestId: id } })
  expect(ann.got).toEqual([])
})

test('a subscription carries the id that its client gave it', () => {
  const { messages, processes, join } = world()
  const [ann, bob] = [join(), join()]
  for (const { party } of [ann, bob]) messages.send(party, request('mine', 'subscriptions/listen'))
  const second = idsOf(processes[0])[1]
  const changed = (id: unknown): JSONRPCMessage => ({
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
    params: { _meta: { 'io.modelcontextprotocol/subscriptionId': id } },
  })

  processes[0]?.say(changed(second))

  expect(ann.got).toEqual([])
  expect(bob.got).toEqual([{ message: changed('mine'), relatedTo: 'mine' }])
})

test('closing answers what is open and stops the process', async () => {
  const { messages, processes, join } = world()
  const ann = join()
  messages.send(ann.party, request(1, 'tools/call'))

  await messages.close()

  expect(processes[0]?.stopped).toBe(true)
  expect(ann.last()).toMatchObject({ id: 1, error: { message: 'The server is being stopped' } })
})
