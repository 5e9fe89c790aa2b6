import { err, ok } from '../kernel/result.ts'
import { claimAt, isClaimPath } from './claim.ts'
import type { Criterion, CriterionParser } from './criterion.ts'
import type { PolicyCaller, PolicySsh } from './input.ts'
import type { PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'

/** Of the SSH connection that wants to serve a route; false of calls. */
const ofConnection = (
  name: string,
  holds: (ssh: PolicySsh, caller: PolicyCaller | undefined) => boolean,
): Criterion => ({
  truthOf: ({ ssh, caller }) => (ssh !== undefined && holds(ssh, caller) ? 'yes' : 'no'),
  reasonOf: (truth) => (truth === 'yes' ? `${name}-ok` : `${name}-unauthorized`),
})

const KEY = /^(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ +([A-Za-z0-9+/]{32,}={0,2})(?:\s.*)?$/

/** Lines as in `authorized_keys`, without options. */
export const parseSshPublicKey: CriterionParser = (data) => {
  const lines: readonly unknown[] = Array.isArray(data) ? data : [data]
  const blobs = new Set<string>()
  const problems: PolicyProblem[] = []
  for (const [index, line] of lines.entries()) {
    const blob = typeof line === 'string' ? KEY.exec(line.trim())?.[1] : undefined
    if (blob !== undefined) blobs.add(plain(blob))
    else {
      const path = Array.isArray(data) ? [index] : []
      problems.push({ path, message: 'Expected a public key', hint: 'such as "ssh-ed25519 AAAAC3Nza… ann@laptop"' })
    }
  }
  if (problems.length > 0) return err(problems)
  return ok(ofConnection('ssh-publickey', ({ publicKey }) => publicKey !== undefined && blobs.has(plain(publicKey))))
}

const plain = (base64: string): string => base64.replace(/=+$/, '')

export const parseSshUsername: CriterionParser = (data) => {
  const matcher = parseStringMatcher(data)
  if (!matcher.ok) return matcher
  return ok(ofConnection('ssh-username', ({ username }) => matcher.value(username)))
}

/** The part of the e-mail before the `@`. */
export const parseSshUsernameMatchesEmail: CriterionParser = () =>
  ok(
    ofConnection('ssh-username', ({ username }, caller) => {
      const [local = ''] = (caller?.email ?? '').split('@')
      return local !== '' && username === local
    }),
  )

export const parseSshUsernameMatchesClaim: CriterionParser = (data) => {
  if (typeof data !== 'string' || !isClaimPath(data)) {
    return err([{ path: [], message: 'Expected the path of a claim', hint: 'such as "logins"' }])
  }
  return ok(
    ofConnection('ssh-username', ({ username }, caller) => claimAt(caller?.claims ?? {}, data).includes(username)),
  )
}
