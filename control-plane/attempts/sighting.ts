/** The steps of a client's way in, in their order. */
export const STEPS = [
  'challenge',
  'resource_metadata',
  'server_metadata',
  'registration',
  'authorize',
  'sign_in',
  'consent',
  'token',
  'call',
] as const

export type Step = (typeof STEPS)[number]

/** One thing that a client, or the browser on its behalf, did on its way in. */
export interface Sighting {
  readonly step: Step
  readonly atMs: number
  /** `waiting`: a person is asked and has not answered yet. */
  readonly outcome: 'done' | 'failed' | 'waiting'
  /** What surely belongs together: a code, an interaction, a grant. Hashes where the thing itself is a secret. */
  readonly bonds?: readonly string[]
  /** The network that it came from; a client's servers and its user's browser are often in two. */
  readonly network?: string | undefined
  readonly clientId?: string | undefined
  readonly clientName?: string | undefined
  readonly redirectHost?: string | undefined
  /** The MCP URL that was asked for, as it was written. */
  readonly resource?: string | undefined
  readonly userId?: string | undefined
  readonly problem?: Problem | undefined
}

/** Why a step failed: a code of the standards or of ours, and a sentence. */
export interface Problem {
  readonly code: string
  readonly detail?: string | undefined
}
