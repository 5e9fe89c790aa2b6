import type { RegistrationRule } from './rule.ts'

/** Several clients send null or "" for what they do not have; both mean that it is absent (RFC 7591 §2). */
export const registrationWithNulls: RegistrationRule = (metadata) =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null && value !== ''))
