import type { Policy } from './compile.ts'
import type { Block } from './operator.ts'

/** A policy as data again, one block to a rule set, deny first. Compiling it gives the same policy. */
export const printPolicy = (policy: Policy): readonly object[] => [
  ...policy.deny.map(printBlock),
  ...policy.allow.map(printBlock),
]

const printBlock = ({ operator, place: { action }, criteria }: Block): object => ({
  [action]: { [operator]: criteria.map(({ name, data }) => ({ [name]: data })) },
})
