import type { Step } from '../attempts/sighting.ts'

/** What one step of the way in came to. `warning`: some clients will stumble, most will not. */
export interface Finding {
  readonly step: Step
  readonly outcome: 'ok' | 'warning' | 'failed'
  readonly what: string
  readonly advice?: string
}

export interface Report {
  readonly url: string
  readonly findings: readonly Finding[]
  /** Whether the server could be reached at all. */
  readonly reached: boolean
}

/** 0: nothing failed. 1: some step did. 4: the server was not reached. */
export const exitCodeOf = ({ findings, reached }: Report): number =>
  reached ? (findings.some(({ outcome }) => outcome === 'failed') ? 1 : 0) : 4
