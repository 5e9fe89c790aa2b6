import { createHash } from 'node:crypto'

import type { Random } from '../kernel/random.ts'
import { shortText } from '../kernel/short-text.ts'
import { furthestStep, isConnected, lastAtMs, latest, MAX_SIGHTINGS, targetOf, type Attempt } from './attempt.ts'
import { grantBond, referenceBond } from './bonds.ts'
import { STEPS, type Sighting } from './sighting.ts'

const MINUTE_MS = 60_000
/** About 3 KB each. The least recently seen goes first. */
const MAX_ATTEMPTS = 5000
/** Characters of each text: clients write what they like, and it must not fill the memory. */
const MAX_TEXT = 300
const LIFE_MS = 24 * 60 * MINUTE_MS

/** How long something that is not proof of belonging together is taken for it. */
const BY_CLIENT_MS = 60 * MINUTE_MS
const BY_TARGET_MS = 15 * MINUTE_MS
const BY_NETWORK_MS = 2 * MINUTE_MS

interface Entry {
  readonly attempt: Attempt & { readonly seen: Sighting[] }
  readonly keys: Set<string>
}

/**
 * Puts what was seen of a client together, without any cookie: by code, interaction and grant where there is one, else by
 * client id, resource, network and time. A guess may be wrong where two people do the same thing at once; it decides
 * nothing but what a page shows.
 */
export class Attempts {
  readonly #random: Random
  /** In the order in which they were last seen. */
  readonly #entries = new Map<string, Entry>()
  readonly #byKey = new Map<string, Entry>()

  constructor(random: Random) {
    this.#random = random
  }

  /** The reference of the attempt to which the sighting belongs, which begins with it if there is none. */
  note(seen: Sighting): string {
    const sighting = inShort(seen)
    const entry = this.#find(sighting) ?? this.#begin(sighting)
    const { attempt } = entry
    if (attempt.seen.length < MAX_SIGHTINGS) attempt.seen.push(sighting)
    else attempt.seen[MAX_SIGHTINGS - 1] = sighting
    for (const key of keysOf(sighting, attempt)) {
      entry.keys.add(key)
      this.#byKey.set(key, entry)
    }
    this.#entries.delete(attempt.reference)
    this.#entries.set(attempt.reference, entry)
    this.#forget(sighting.atMs)
    return attempt.reference
  }

  /** By its own reference, or by the one in the body of a refusal. Any case, with or without dash. */
  find(reference: string): Attempt | undefined {
    const written = reference.toUpperCase().replace(/[^A-Z0-9]/g, '')
    const own = this.#entries.get(`${written.slice(0, 4)}-${written.slice(4)}`)
    return (own ?? this.#byKey.get(referenceBond(written)))?.attempt
  }

  /** The latest first. */
  list(belongs: (attempt: Attempt) => boolean): readonly Attempt[] {
    return [...this.#entries.values()]
      .map(({ attempt }) => attempt)
      .filter(belongs)
      .toReversed()
  }

  /** The MCP URL at which somebody of this network was turned away just now. */
  lastTargetOf(network: string, nowMs: number): string | undefined {
    const attempt = this.#byKey.get(`network:${network}`)?.attempt
    const challenge = attempt?.seen.findLast(({ step }) => step === 'challenge')
    return challenge !== undefined && nowMs - challenge.atMs <= BY_TARGET_MS ? challenge.resource : undefined
  }

  /** The reference of what this network did last, for pages that belong to no known attempt. */
  latestOf(network: string): string | undefined {
    return this.#byKey.get(`network:${network}`)?.attempt.reference
  }

  /** Whether a call of this grant would still tell something new. Asked for each call, so it looks at one map only. */
  isAwaited(grantId: string): boolean {
    const entry = this.#byKey.get(grantBond(grantId))
    return entry !== undefined && !isConnected(entry.attempt)
  }

  #find(sighting: Sighting): Entry | undefined {
    for (const bond of sighting.bonds ?? []) {
      const entry = this.#byKey.get(bond)
      if (entry !== undefined) return entry
    }
    const { clientId, network, resource, atMs } = sighting
    const guesses: readonly (readonly [string | undefined, number])[] = [
      [clientId && resource && `client:${clientId} ${resource}`, BY_CLIENT_MS],
      [network && resource && `network:${network} ${resource}`, BY_TARGET_MS],
      [network && `network:${network}`, BY_NETWORK_MS],
    ]
    for (const [key, withinMs] of guesses) {
      const entry = key ? this.#byKey.get(key) : undefined
      if (entry !== undefined && atMs - lastAtMs(entry.attempt) <= withinMs && fits(entry.attempt, sighting))
        return entry
    }
    // Last: clients that registered the same metadata, and those with a document, share their id with people far away.
    const entry = clientId === undefined ? undefined : this.#byKey.get(`client:${clientId}`)
    if (entry === undefined || atMs - lastAtMs(entry.attempt) > BY_CLIENT_MS) return undefined
    return fits(entry.attempt, sighting) && isAtSameTarget(entry.attempt, sighting) ? entry : undefined
  }

  #begin(sighting: Sighting): Entry {
    const letters = newReference(this.#random)
    const entry: Entry = {
      attempt: { reference: letters, startedAtMs: sighting.atMs, seen: [] },
      keys: new Set(),
    }
    this.#entries.set(letters, entry)
    return entry
  }

  #forget(nowMs: number): void {
    for (const [reference, entry] of this.#entries) {
      const isOld = nowMs - lastAtMs(entry.attempt) > LIFE_MS
      if (!isOld && this.#entries.size <= MAX_ATTEMPTS) return
      this.#entries.delete(reference)
      for (const key of entry.keys) if (this.#byKey.get(key) === entry) this.#byKey.delete(key)
    }
  }
}

/** The reference that goes into a refusal which is written before any attempt is known. */
export const referenceOf = (requestId: string): string => lettersOf(createHash('sha256').update(requestId).digest())

/** Bonds are ours, and short. */
function inShort({ clientId, clientName, redirectHost, resource, problem, ...rest }: Sighting): Sighting {
  const short = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : shortText(text, MAX_TEXT)
  return {
    ...rest,
    clientId: short(clientId),
    clientName: short(clientName),
    redirectHost: short(redirectHost),
    resource: short(resource),
    ...(problem && { problem: { code: shortText(problem.code, MAX_TEXT), detail: short(problem.detail) } }),
  }
}

function fits(attempt: Attempt, sighting: Sighting): boolean {
  // Who has arrived is not on the way any more.
  if (isConnected(attempt)) return false
  const { clientId, userId } = sighting
  const [knownClient, knownUser] = [latest(attempt, 'clientId'), latest(attempt, 'userId')]
  if (clientId !== undefined && knownClient !== undefined && clientId !== knownClient) return false
  if (userId !== undefined && knownUser !== undefined && userId !== knownUser) return false
  // A way that has come further does not begin anew; who is turned away again begins another one.
  const isBeginning = STEPS.indexOf(sighting.step) <= STEPS.indexOf('server_metadata') && clientId === undefined
  return !isBeginning || STEPS.indexOf(furthestStep(attempt)) <= STEPS.indexOf('registration')
}

/** Whoever owns a tunnel sees the attempts at it: nothing of another tunnel may get among them. */
function isAtSameTarget(attempt: Attempt, { resource }: Sighting): boolean {
  const known = targetOf(attempt)
  return resource === undefined || known === undefined || resource === known
}

function keysOf(sighting: Sighting, attempt: Attempt): readonly string[] {
  const { network, resource } = sighting
  const clientId = sighting.clientId ?? latest(attempt, 'clientId')
  return [
    ...(sighting.bonds ?? []),
    ...(clientId === undefined ? [] : [`client:${clientId}`]),
    ...(clientId === undefined || resource === undefined ? [] : [`client:${clientId} ${resource}`]),
    ...(network === undefined ? [] : [`network:${network}`]),
    ...(network === undefined || resource === undefined ? [] : [`network:${network} ${resource}`]),
  ]
}

const newReference = (random: Random): string => lettersOf(random.bytes(8))

/** Without letters that look like digits, or like each other. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

function lettersOf(bytes: Uint8Array): string {
  const letters = [...bytes.subarray(0, 8)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
