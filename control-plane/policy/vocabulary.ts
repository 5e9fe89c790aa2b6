import type { PolicyCaller } from './input.ts'
import type { Policy } from './compile.ts'

/** Email addresses (lower case) and user ids, by group. */
export type LocalGroups = ReadonlyMap<string, ReadonlySet<string>>

/** What the configuration around a policy defines for it. */
export interface Vocabulary {
  /** A group that is defined here is only this: what the identity provider says of the same name does not count. */
  readonly groups: LocalGroups
  /** For `use`. */
  readonly policies: ReadonlyMap<string, Policy>
  /** Whether clients are asked for certificates; undefined: not said. */
  readonly clientCertificates?: boolean
  /** What asks: calls of a route, or SSH connections that want to serve it. Undefined: a named policy, which may be for both. */
  readonly judges?: 'calls' | 'serving'
}

export const NO_VOCABULARY: Vocabulary = { groups: new Map(), policies: new Map() }

/** Machines have no address. */
export const isMember = (members: ReadonlySet<string>, { userId, email }: PolicyCaller): boolean =>
  members.has(userId) || (email !== '' && members.has(email))

/** Names of the groups of this configuration that the caller is in. */
export const localGroupsOf = (groups: LocalGroups, caller: PolicyCaller): readonly string[] =>
  [...groups].flatMap(([name, members]) => (isMember(members, caller) ? [name] : []))

/** Those of the identity provider, without names that are defined here; undefined where it said nothing of groups. */
export const foreignGroupsOf = (groups: LocalGroups, { claims }: PolicyCaller): readonly string[] | undefined => {
  const given = claims['groups']
  return groups.size === 0 ? given : given?.filter((name) => !groups.has(name))
}
