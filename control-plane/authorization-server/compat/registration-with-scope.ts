import type { RegistrationRule } from './rule.ts'

/**
 * A registered scope would cap every later request, and clients register with guesses. What a client may do is decided
 * by the person at consent and by the policy, so the guess is dropped.
 */
export const registrationWithScope: RegistrationRule = (metadata) =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== 'scope'))
