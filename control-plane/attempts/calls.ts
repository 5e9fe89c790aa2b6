import type { AuditEvent } from '../audit/event.ts'
import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import type { Attempts } from './attempts.ts'
import { referenceOf } from './attempts.ts'
import { grantBond, referenceBond } from './bonds.ts'
import type { Problem, Sighting } from './sighting.ts'

/**
 * What the authorizer's decision tells of a client's way in: that it was turned away, or that it has arrived. Undefined
 * for the calls of a client that arrived long ago, which are nearly all.
 */
export function sightingOfCall(event: AuditEvent, attempts: Pick<Attempts, 'isAwaited'>): Sighting | undefined {
  if (event.kind !== 'call.decided') return undefined
  const { caller, verdict, token } = event
  const common = {
    atMs: event.atMs,
    network: neighbourhoodOf(event.clientAddress),
    resource: event.resource,
  }
  const own = referenceBond(referenceOf(event.requestId))
  if (verdict === 'challenge') {
    if (token === undefined) return { ...common, step: 'challenge', outcome: 'done', bonds: [own] }
    const { clientId, grantId } = token
    const bonds = [own, ...(grantId === undefined ? [] : [grantBond(grantId)])]
    const problem = { code: token.problem, detail: token.audience }
    return { ...common, step: 'call', outcome: 'failed', clientId, bonds, problem }
  }
  if (caller?.grantId === undefined || !attempts.isAwaited(caller.grantId)) return undefined
  const problem = problemOf(verdict)
  return {
    ...common,
    step: 'call',
    outcome: problem === undefined ? 'done' : 'failed',
    clientId: caller.clientId,
    userId: caller.userId,
    bonds: [own, grantBond(caller.grantId)],
    ...(problem && { problem }),
  }
}

function problemOf(verdict: string): Problem | undefined {
  if (verdict === 'refuse') return { code: 'access_denied' }
  if (verdict === 'offline') return { code: 'offline' }
  return undefined
}
