import { z } from 'zod'

import { compilePolicy, type Policy } from '../policy/compile.ts'
import type { Vocabulary } from '../policy/vocabulary.ts'
import { nearest } from '../policy/problem.ts'
import { compileRedactor, DETECTOR_NAMES, patternProblem } from '../redaction/redactor.ts'
import { type ApprovalRule, NO_RULES, type RouteRules, type ServerRequestRules } from '../routes/route-rules.ts'
import { duration } from './duration.ts'
import { sharingOf, sharingSchema } from './sharing.ts'
import type { Finding } from './problem.ts'
import type { Reading } from './secret.ts'

const access = z.enum(['allow', 'deny'])
const pattern = z.strictObject({
  name: z.string().regex(/^[\w -]{1,40}$/, 'Expected a short name'),
  matches: z.string(),
})

/** Keys of a route, and of `tunnels` for all personal ones, that say more than its policy. */
export const routeRulesShape = {
  tools: z
    .strictObject({ changes: z.enum(['allow', 'warn', 'block']).optional(), unknown: access.optional() })
    .optional(),
  redact: z
    .array(z.union([z.string(), pattern]))
    .min(1)
    .optional(),
  max_response_bytes: z
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .optional(),
  server_requests: z
    .strictObject({
      sampling: access.optional(),
      roots: access.optional(),
      elicitation: z
        .union([
          access,
          z.strictObject({
            form: access.optional(),
            url: z
              .union([
                access,
                z.strictObject({
                  schemes: z
                    .array(z.string().regex(/^[a-z][a-z0-9+.-]*$/, 'Expected a scheme, such as "https"'))
                    .min(1)
                    .optional(),
                  hosts: z
                    .array(
                      z
                        .string()
                        .regex(
                          /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/,
                          'Expected a host, such as "example.com" or "*.example.com"',
                        ),
                    )
                    .min(1)
                    .optional(),
                }),
              ])
              .optional(),
          }),
        ])
        .optional(),
    })
    .optional(),
  approve: z
    .strictObject({ when: z.unknown(), by: z.string().min(1).optional(), timeout: duration.optional() })
    .optional(),
  sharing: sharingSchema.optional(),
}

/** By whom: each person their own tunnel, whoever a route lets, or nobody, where the server has an address. */
export type Served = 'personally' | 'over_ssh' | 'at_an_address'

const document = z.object(routeRulesShape)
type Document = z.infer<typeof document>
type Path = Finding['path']

const DEFAULT_APPROVAL_MS = 45_000
/** Envoy's filter waits no longer, and no client does. */
export const MAX_APPROVAL_MS = 10 * 60_000

/** What the configuration around the rules defines for them. */
type RulesReading = Reading & { readonly vocabulary: Vocabulary }

/** What is wrong goes into the reading's findings. */
export function routeRulesOf(written: Document, served: Served, path: Path, at: RulesReading): RouteRules {
  const approval = approvalOf(written.approve, served, { path: [...path, 'approve'], at })
  return {
    tools: { changes: written.tools?.changes ?? 'allow', unknown: written.tools?.unknown ?? 'allow' },
    redact: redactorOf(written.redact, [...path, 'redact'], at),
    maxResponseBytes: written.max_response_bytes,
    serverRequests: serverRequestsOf(written.server_requests),
    approval: approval ?? NO_RULES.approval,
    sharing: sharingOf(written.sharing, served, [...path, 'sharing'], at),
  }
}

function redactorOf(wanted: Document['redact'], path: Path, at: Reading): RouteRules['redact'] {
  if (wanted === undefined) return undefined
  const before = at.findings.length
  for (const [index, each] of wanted.entries()) {
    if (typeof each === 'string') {
      if (DETECTOR_NAMES.includes(each)) continue
      const meant = nearest(each, DETECTOR_NAMES)
      const hint =
        meant === undefined ? `known: ${DETECTOR_NAMES.join(', ')}, or { name, matches }` : `did you mean "${meant}"?`
      at.findings.push({ path: [...path, index], message: `Unknown detector "${each}"`, hint })
    } else {
      const problem = patternProblem(each.matches)
      if (problem === undefined) continue
      at.findings.push({ path: [...path, index, 'matches'], message: `Cannot use "${each.matches}": ${problem}` })
    }
  }
  return at.findings.length > before ? undefined : compileRedactor(wanted)
}

function serverRequestsOf(written: Document['server_requests']): ServerRequestRules | undefined {
  if (written === undefined) return undefined
  const elicitation =
    typeof written.elicitation === 'string'
      ? { form: written.elicitation, url: written.elicitation }
      : written.elicitation
  const url = elicitation?.url ?? 'allow'
  return {
    sampling: written.sampling !== 'deny',
    roots: written.roots !== 'deny',
    elicitation: {
      form: elicitation?.form !== 'deny',
      url:
        url === 'deny'
          ? undefined
          : url === 'allow'
            ? { schemes: ['https'], hosts: undefined }
            : { schemes: url.schemes ?? ['https'], hosts: url.hosts },
    },
  }
}

/** `when` is the body of a rule: `and`, `or`, `not`, `nor`. */
function approvalOf(
  written: Document['approve'],
  served: Served,
  { path, at }: { readonly path: Path; readonly at: RulesReading },
): ApprovalRule | undefined {
  if (written === undefined) return undefined
  const { timeout = DEFAULT_APPROVAL_MS, by = 'owner' } = written
  if (timeout < 1000 || timeout > MAX_APPROVAL_MS) {
    at.findings.push({ path: [...path, 'timeout'], message: 'Expected a time from 1s to 10m' })
  }
  if (by === 'owner' && served === 'at_an_address') {
    at.findings.push({
      path,
      message: 'Nobody serves this route over SSH, so it has no owner who could allow a call',
      hint: 'name a group: "by: operators"',
    })
  }
  const when = compilePolicy({ allow: written.when }, { ...at.vocabulary, judges: 'calls' })
  if (!when.ok) {
    at.findings.push(
      ...when.error.map((problem) => ({ ...problem, path: [...path, 'when', ...problem.path.slice(1)] })),
    )
    return undefined
  }
  return {
    when: when.value,
    by: by === 'owner' ? { kind: 'owner' } : { kind: 'group', name: by },
    approvers: by === 'owner' ? undefined : membersOf(by, at.vocabulary),
    timeoutMs: timeout,
  }
}

function membersOf(group: string, vocabulary: Vocabulary): Policy {
  const policy = compilePolicy({ allow: { and: [{ groups: { has: group } }] } }, vocabulary)
  if (!policy.ok) throw new Error('A group does not compile')
  return policy.value
}
