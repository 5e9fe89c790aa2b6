import { expect, test } from 'vitest'

import type { Settlement } from '../audit/event.ts'
import { ApprovalDesk } from './approval-desk.ts'
import type { HeldCall } from './held-call.ts'

const HOUR = 60 * 60_000
const CALL: HeldCall = {
  requestId: 'r1',
  route: 'team',
  by: { kind: 'owner' },
  heldAtMs: 0,
  expiresAtMs: HOUR,
  caller: { userId: 'usr_ann', email: 'ann@example.com', clientId: 'cli_1' },
  clientAddress: '192.0.2.1',
  tool: 'delete',
  argumentsText: '{}',
  bodyBytes: 100,
}

function deskAt(): { readonly desk: ApprovalDesk; readonly clock: { now: number } } {
  const clock = { now: 0 }
  return { desk: new ApprovalDesk({ nowMs: () => clock.now }), clock }
}
const ask = (desk: ApprovalDesk, call: Partial<HeldCall> = {}): Promise<Settlement> =>
  desk.ask({ ...CALL, ...call }, () => undefined)

test('a yes for a while holds for the same person, client, tool and route, and for eight hours at most', async () => {
  const { desk, clock } = deskAt()
  const first = ask(desk)
  desk.answer('r1', { allow: true, by: 'ann', forMs: 24 * HOUR })

  expect(await first).toEqual({ kind: 'approved', by: 'ann' })
  expect(await ask(desk, { requestId: 'r2' })).toEqual({ kind: 'approved', by: 'ann' })
  const others: readonly Partial<HeldCall>[] = [
    { tool: 'drop' },
    { route: 'other' },
    { caller: { userId: 'usr_ann', email: '', clientId: 'cli_2' } },
    { caller: undefined },
  ]
  for (const [index, other] of others.entries()) void ask(desk, { requestId: `o${index}`, ...other })
  expect(desk.held).toHaveLength(4)
  clock.now = 8 * HOUR
  void ask(desk, { requestId: 'r3', expiresAtMs: 9 * HOUR })
  expect(desk.find('r3')).toBeDefined()
  desk[Symbol.dispose]()
})

test('a no is remembered for nobody, and an answer that comes too late changes nothing', async () => {
  const { desk } = deskAt()
  const first = ask(desk)
  desk.answer('r1', { allow: false, by: 'ann', forMs: HOUR })

  expect(await first).toEqual({ kind: 'denied', by: 'ann' })
  expect(desk.answer('r1', { allow: true, by: 'ann', forMs: HOUR })).toBe(false)
  void ask(desk)
  expect(desk.held).toHaveLength(1)
  desk[Symbol.dispose]()
})

const callerOf = (index: number): HeldCall['caller'] => ({ userId: `usr_${index}`, email: '', clientId: 'cli_1' })

test('one route cannot fill the desk, and a request is held once', async () => {
  const { desk } = deskAt()
  for (let index = 0; index < 50; index += 1) void ask(desk, { requestId: `r${index}`, caller: callerOf(index) })

  expect(await ask(desk, { requestId: 'r50', caller: callerOf(50) })).toEqual({ kind: 'crowded' })
  expect(await ask(desk, { requestId: 'r0', route: 'other', caller: callerOf(51) })).toEqual({ kind: 'crowded' })
  void ask(desk, { requestId: 'x', route: 'other', caller: callerOf(51) })
  expect(desk.find('x')).toBeDefined()
  desk[Symbol.dispose]()
})

test('one caller cannot fill a route; strangers count by their network', async () => {
  const { desk } = deskAt()
  for (let index = 0; index < 10; index += 1) {
    void ask(desk, { requestId: `r${index}` })
    void ask(desk, { requestId: `s${index}`, caller: undefined })
  }

  expect(await ask(desk, { requestId: 'r10' })).toEqual({ kind: 'crowded' })
  expect(await ask(desk, { requestId: 's10', caller: undefined })).toEqual({ kind: 'crowded' })
  void ask(desk, { requestId: 's11', caller: undefined, clientAddress: '198.51.100.1' })
  expect(desk.find('s11')).toBeDefined()
  desk[Symbol.dispose]()
})

test('nobody waits longer than was said, and everybody hears of it', async () => {
  const { desk } = deskAt()
  const heard: string[] = []
  const stop = desk.subscribe((change) => heard.push(change.kind))

  expect(await ask(desk, { expiresAtMs: 0 })).toEqual({ kind: 'expired' })
  stop()
  expect(await ask(desk, { expiresAtMs: 0 })).toEqual({ kind: 'expired' })
  expect(heard).toEqual(['held', 'settled'])
})

// Each of many callers has a call of 4 MiB wait, on a gateway that others use.
test('what waits holds no more than a part of the memory', async () => {
  const { desk } = deskAt()
  for (let index = 0; index < 16; index += 1) {
    void ask(desk, {
      requestId: `r${index}`,
      route: `route-${index}`,
      caller: callerOf(index),
      bodyBytes: 4 * 1024 * 1024,
    })
  }

  expect(desk.held).toHaveLength(16)
  expect(await ask(desk, { requestId: 'x', route: 'other', caller: callerOf(99) })).toEqual({ kind: 'crowded' })
  desk[Symbol.dispose]()
})
