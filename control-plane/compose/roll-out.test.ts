import { expect, test } from 'vitest'

import { pathMode } from '../../test/golden/edge-plans.ts'
import type { EdgePlan } from '../xds/edge-plan.ts'
import { RollOut } from './roll-out.ts'

const server = (revision: string): EdgePlan['fixedRoutes'][number] => ({
  key: 'weather',
  revision,
  host: '127.0.0.1',
  port: 9000,
})
const plan = (...revisions: readonly string[]): EdgePlan => ({ ...pathMode, fixedRoutes: revisions.map(server) })

function fakeXds(whenAcked: (cluster: string) => Promise<void>) {
  const seen: string[] = []
  return {
    seen,
    connected: 1,
    setPlan: ({ fixedRoutes }: EdgePlan) =>
      void seen.push(`plan ${fixedRoutes.map(({ revision }) => revision).join(' ')}`),
    whenAcked: async (cluster: string) => {
      await whenAcked(cluster)
      seen.push(`confirmed ${cluster}`)
    },
  }
}

test('the new cluster is confirmed beside the old one before anybody is told', async () => {
  const xds = fakeXds(async () => {})
  await using rollOut = new RollOut(xds, plan('one'))

  await rollOut.to(plan('two'), () => void xds.seen.push('swap'))

  expect(xds.seen).toEqual(['plan one', 'plan two one', 'confirmed route/weather@two', 'swap'])
})

test('what Envoy refuses changes nothing', async () => {
  const xds = fakeXds(() => Promise.reject(new Error('refused')))
  await using rollOut = new RollOut(xds, plan('one'))

  await expect(rollOut.to(plan('two'), () => void xds.seen.push('swap'))).rejects.toThrow('refused')

  expect(xds.seen).toEqual(['plan one', 'plan two one', 'plan one'])
})

test('a change that comes before the last one is tidied up keeps what requests may still be on their way to', async () => {
  const xds = fakeXds(async () => {})
  await using rollOut = new RollOut(xds, plan('one'))

  await rollOut.to(plan('two'), () => {})
  await rollOut.to(plan('three'), () => {})

  expect(xds.seen.filter((line) => line.startsWith('plan')).at(-1)).toBe('plan three two one')
})
