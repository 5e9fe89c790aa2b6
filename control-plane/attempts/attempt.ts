import { STEPS, type Sighting, type Step } from './sighting.ts'

/** Everything that was seen of one client's way in, oldest first. */
export interface Attempt {
  /** Short enough to be read out: `K7QD-2MXA`. Also in the error bodies and pages of the attempt. */
  readonly reference: string
  readonly startedAtMs: number
  readonly seen: readonly Sighting[]
}

/** A client that tries the same thing for hours must not fill the memory. */
export const MAX_SIGHTINGS = 60

/** The latest value that any sighting had. */
export function latest(
  attempt: Attempt,
  key: 'clientId' | 'clientName' | 'redirectHost' | 'userId',
): string | undefined {
  return attempt.seen.findLast((sighting) => sighting[key] !== undefined)?.[key]
}

/** The MCP URL at which the client was turned away first; else the one that it asked for. */
export const targetOf = (attempt: Attempt): string | undefined =>
  (attempt.seen.find(({ step }) => step === 'challenge') ?? attempt.seen.find(({ resource }) => resource !== undefined))
    ?.resource

export const lastAtMs = (attempt: Attempt): number => attempt.seen.at(-1)?.atMs ?? attempt.startedAtMs

export const isConnected = (attempt: Attempt): boolean =>
  attempt.seen.some(({ step, outcome }) => step === 'call' && outcome === 'done')

/** How far it came. */
export function furthestStep(attempt: Attempt): Step {
  const reached = attempt.seen.map(({ step }) => STEPS.indexOf(step))
  return STEPS[Math.max(0, ...reached)] ?? 'challenge'
}

/** What became of each step: the last word on it counts. */
export const outcomes = (attempt: Attempt): ReadonlyMap<Step, Sighting> =>
  new Map(attempt.seen.map((sighting) => [sighting.step, sighting]))
