import { expect, test } from 'vitest'

import { parseNamePattern } from '../sharing/name-pattern.ts'
import { DEFAULT_MAX_SHARE_MS } from '../sharing/share.ts'
import type { Finding } from './problem.ts'
import { sharingOf, sharingSchema } from './sharing.ts'

const read = (written: unknown, served: Parameters<typeof sharingOf>[1] = 'over_ssh') => {
  const findings: Finding[] = []
  const rules = sharingOf(sharingSchema.optional().parse(written), served, ['routes', 0, 'sharing'], { findings })
  return { rules, findings }
}

test('personal tunnels are shared unless it is forbidden, routes only where that is written', () => {
  expect(read(undefined, 'personally').rules).toMatchObject({ allowed: true, maxMs: DEFAULT_MAX_SHARE_MS })
  expect(read({ allowed: false }, 'personally').rules.allowed).toBe(false)
  expect(read(undefined).rules.allowed).toBe(false)
  expect(read({ allowed: false }).rules.allowed).toBe(false)
  expect(read({ max_duration: '2h', tools: ['read_*'], emails: ['*@Example.com'] }).rules).toEqual({
    allowed: true,
    maxMs: 7_200_000,
    tools: [parseNamePattern('read_*')],
    emails: [parseNamePattern('*@example.com')],
  })
})

test('nobody could share what has an address', () => {
  expect(read({ allowed: true }, 'at_an_address').findings).toMatchObject([{ path: ['routes', 0, 'sharing'] }])
  expect(read(undefined, 'at_an_address')).toMatchObject({ findings: [], rules: { allowed: false } })
})

test.each([{ max_duration: '2 hours' }, { tools: [] }, { tools: ['a*b'] }, { emails: ['a b'] }, { allow: true }])(
  '%j is a mistake',
  (written) => {
    expect(sharingSchema.safeParse(written).success).toBe(false)
  },
)
