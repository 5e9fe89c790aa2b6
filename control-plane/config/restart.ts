import { isDeepStrictEqual } from 'node:util'

import type { ConfigDocument } from './document.ts'

/** What a reload cannot change while the gateway runs. */
export interface RestartNeeds {
  /** Keys that changed and take effect with the next start. The rest of the file holds without them. */
  readonly later: readonly string[]
  /** Keys that changed and without which the rest of the file means something else: nothing of it is taken. */
  readonly first: readonly string[]
}

const LATER = ['listen', 'tls', 'ssh', 'accounts', 'identity_providers', 'mail', 'oauth', 'outbound'] as const

/** Compares with what the gateway was started with, not with what was loaded since. */
export function restartNeeds(started: ConfigDocument, next: ConfigDocument): RestartNeeds {
  const later: string[] = LATER.filter((key) => !isDeepStrictEqual(started[key], next[key]))
  // How much of a call is kept is asked anew for each; where it is kept is opened once.
  const journalOf = ({ audit }: ConfigDocument): unknown => ({ ...audit, arguments: undefined })
  if (!isDeepStrictEqual(journalOf(started), journalOf(next))) later.push('audit')
  const first = [
    ...(started.public_url === next.public_url ? [] : ['public_url']),
    ...(started.tunnels?.mode === next.tunnels?.mode ? [] : ['tunnels.mode']),
    ...(started.tunnels?.domain === next.tunnels?.domain ? [] : ['tunnels.domain']),
    // Whose tokens go where is settled at the start: a server must not get those of the one before it.
    ...(isDeepStrictEqual(signInsOf(started), signInsOf(next)) ? [] : ['routes with upstream_oauth']),
  ]
  return { later, first }
}

const signInsOf = ({ routes = [] }: ConfigDocument): readonly unknown[] =>
  routes
    .filter((route) => route.upstream_oauth !== undefined)
    .map(({ from, to, tls_custom_ca_file, upstream_oauth }) => ({ from, to, tls_custom_ca_file, upstream_oauth }))
    .toSorted((a, b) => a.from.localeCompare(b.from))
