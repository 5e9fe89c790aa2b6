import { normalizeEmail } from '../identity/email-address.ts'
import { compilePolicy, type Policy } from '../policy/compile.ts'
import type { Vocabulary } from '../policy/vocabulary.ts'
import type { ConfigDocument } from './document.ts'
import type { Finding } from './problem.ts'

/** The groups and named policies of a configuration, and what is wrong with them or probably not meant. */
export function vocabularyOf(
  document: Pick<ConfigDocument, 'groups' | 'policies' | 'tls'>,
  { findings, warnings }: { readonly findings: Finding[]; readonly warnings: Finding[] },
): Vocabulary {
  const groups = new Map<string, ReadonlySet<string>>()
  for (const [name, written] of Object.entries(document.groups ?? {})) {
    const members = written.map((member, index) => {
      const known = memberOf(member)
      const hint = 'write an email address, or a user id as "sallyport users list" shows it'
      const path = ['groups', name, index]
      if (known === undefined) findings.push({ path, message: `"${member}" is no member`, hint })
      return known ?? ''
    })
    groups.set(name, new Set(members))
  }
  const clientCertificates = document.tls?.client_ca_file !== undefined
  // A policy may use those above it, so that none can use itself.
  const policies = new Map<string, Policy>()
  for (const [name, data] of Object.entries(document.policies ?? {})) {
    const policy = compilePolicy(data, { groups, policies, clientCertificates })
    const at = (found: Finding): Finding => ({ ...found, path: ['policies', name, ...found.path] })
    if (policy.ok) warnings.push(...policy.value.warnings.map(at))
    else findings.push(...policy.error.map(at))
    // What is wrong was said here; routes that use it have nothing to add.
    policies.set(name, policy.ok ? policy.value : NOTHING)
  }
  return { groups, policies, clientCertificates }
}

const NOTHING: Policy = { allow: [], deny: [], askedScopes: [], warnings: [] }

/** Addresses in the form in which people have them. */
function memberOf(written: string): string | undefined {
  if (written.includes('@')) return normalizeEmail(written)
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/.test(written) ? written : undefined
}
