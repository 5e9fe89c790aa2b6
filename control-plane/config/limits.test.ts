import { expect, test } from 'vitest'

import { limitsOf, limitsSchema } from './limits.ts'
import type { Finding } from './problem.ts'

function read(written: unknown, route?: string): { limits: ReturnType<typeof limitsOf>; findings: Finding[] } {
  const findings: Finding[] = []
  return { limits: limitsOf(limitsSchema.optional().parse(written), route, { path: ['limits'], findings }), findings }
}

test('limits are read with a text and an id that do not change', () => {
  const written = [
    { per: ['tool', 'user'], requests: 10, window: '1m', mcp_tool: { starts_with: 'write' } },
    { per: 'user', concurrent: 3 },
    { max_body_bytes: 1000 },
    { max_body_bytes: 500 },
  ]

  const { limits, findings } = read(written, 'team')

  expect(findings).toEqual([])
  expect(limits).toMatchObject({
    rates: [
      {
        per: ['user', 'tool'],
        requests: 10,
        windowMs: 60_000,
        text: expect.stringContaining('10 requests in 1m per user and tool'),
      },
    ],
    concurrents: [{ per: ['user'], concurrent: 3, text: '3 calls at the same time per user' }],
    maxBodyBytes: 500,
  })
  expect(limits?.rates[0]?.matchesTool?.('write_file')).toBe(true)
  expect(limits?.rates[0]?.matchesTool?.('read')).toBe(false)
  expect(limits?.rates[0]?.id).toBe(read(written, 'team').limits?.rates[0]?.id)
  expect(limits?.rates[0]?.id).not.toBe(read(written, 'wiki').limits?.rates[0]?.id)
  expect(read(undefined).limits).toBeUndefined()
})

test.each([
  [{ per: 'user' }, 'A limit is one of', []],
  [{ per: 'user', requests: 1, window: '1m', concurrent: 1 }, 'A limit is one of', []],
  [{ requests: 1, window: '1m' }, 'does not say per what', []],
  [{ per: 'user', requests: 1 }, 'within a window', []],
  [{ per: 'user', requests: 1, window: '1 minute' }, 'Expected a duration', ['window']],
  [{ per: 'user', requests: 1, window: '500ms' }, 'Expected a duration', ['window']],
  [{ per: 'user', requests: 1, window: '2d' }, 'Expected a duration', ['window']],
  [{ per: 'user', concurrent: 1, window: '1m' }, 'no window', ['window']],
  [{ per: 'user', max_body_bytes: 1 }, 'the same for everybody', []],
  [{ per: 'user', concurrent: 1, mcp_tool: { starts: 'x' } }, 'Unknown operator', ['mcp_tool', 'starts']],
])('%j is a problem at its place', (limit, message, path) => {
  const { findings } = read([limit])

  expect(findings).toEqual([
    expect.objectContaining({ message: expect.stringContaining(message), path: ['limits', 0, ...path] }),
  ])
})

test('the same limit twice would count each call twice', () => {
  const limit = { per: 'user', requests: 1, window: '1m' }

  expect(read([limit, { ...limit, per: ['user'] }]).findings).toMatchObject([
    { message: 'This limit is there already' },
  ])
})

test.each([[{ per: 'person', concurrent: 1 }], [{ per: [], concurrent: 1 }], [{ per: 'user', concurrent: 0 }]])(
  '%j does not fit the shape',
  (limit) => {
    expect(limitsSchema.safeParse([limit]).success).toBe(false)
  },
)
