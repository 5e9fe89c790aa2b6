import { err, ok } from '../kernel/result.ts'
import type { Criterion, CriterionParser, ParsedCriterion } from './criterion.ts'
import type { ClientCertificate } from './input.ts'
import { nearest, type PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'

type Holds = (certificate: ClientCertificate) => boolean
type Parsed = { readonly holds: Holds } | { readonly problems: readonly PolicyProblem[] }

const HEX = /^[0-9a-f]{64}$/
const COLONS = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/
/** 32 bytes. */
const BASE64 = /^[A-Za-z0-9+/]{43}=$/

const PARSERS: Readonly<Record<string, (data: unknown) => Parsed>> = {
  fingerprint: (data) =>
    oneOf(data, {
      normal: (text) =>
        HEX.test(text) ? text : COLONS.test(text) ? text.replaceAll(':', '').toLowerCase() : undefined,
      valueOf: ({ fingerprint }) => fingerprint,
      needs: 'a SHA-256 fingerprint: 64 hex digits, or 32 pairs in capitals with colons',
    }),
  spki_hash: (data) =>
    oneOf(data, {
      normal: (text) => (BASE64.test(text) ? text : undefined),
      valueOf: ({ spkiHash }) => spkiHash,
      needs: 'the SHA-256 of a public key, in base64',
    }),
  san_email: (data) => anyName(data, ({ emails }) => emails),
  san_dns: (data) => anyName(data, ({ dnsNames }) => dnsNames),
  san_uri: (data) => anyName(data, ({ uris }) => uris),
}
const NAMES = Object.keys(PARSERS)

const NOT_ASKED: PolicyProblem = {
  path: [],
  message: 'No client is asked for a certificate, so none has one',
  hint: 'add "client_ca_file: FILE" to "tls"',
}

/** PPL: every key that is given matches the certificate that the client proved, which an authority of ours has signed. */
export const parseClientCertificate: CriterionParser = (data, { clientCertificates }): ParsedCriterion => {
  if (clientCertificates === false) return err([NOT_ASKED])
  if (typeof data !== 'object' || data === null || Array.isArray(data) || Object.keys(data).length === 0) {
    return err([{ path: [], message: 'Expected what the certificate has', hint: `keys: ${NAMES.join(', ')}` }])
  }
  const tests: Holds[] = []
  const problems: PolicyProblem[] = []
  for (const [name, value] of Object.entries(data)) {
    const parsed = Object.hasOwn(PARSERS, name) ? PARSERS[name]?.(value) : undefined
    if (parsed === undefined) {
      const meant = nearest(name, NAMES)
      const hint = meant === undefined ? `keys: ${NAMES.join(', ')}` : `did you mean "${meant}"?`
      problems.push({ path: [name], message: `Unknown key "${name}"`, hint })
    } else if ('holds' in parsed) tests.push(parsed.holds)
    else problems.push(...parsed.problems.map((problem) => ({ ...problem, path: [name, ...problem.path] })))
  }
  return problems.length > 0 ? err(problems) : ok(ofClient((certificate) => tests.every((holds) => holds(certificate))))
}

const ofClient = (holds: Holds): Criterion => ({
  truthOf: ({ http }) => {
    if (http === undefined) return 'open'
    return http.certificate !== undefined && holds(http.certificate) ? 'yes' : 'no'
  },
  reasonOf: (truth, { http }) => {
    if (truth === 'open') return 'client-certificate-not-known'
    if (truth === 'yes') return 'client-certificate-ok'
    return http?.certificate === undefined ? 'client-certificate-required' : 'client-certificate-unauthorized'
  },
})

/** None was presented; one that is not valid ends the connection before there is a request. */
export const parseInvalidClientCertificate: CriterionParser = (_data, { clientCertificates }) => {
  if (clientCertificates === false) return err([NOT_ASKED])
  return ok({
    truthOf: ({ http }) => (http === undefined ? 'open' : http.certificate === undefined ? 'yes' : 'no'),
    reasonOf: (truth) =>
      truth === 'open'
        ? 'client-certificate-not-known'
        : truth === 'yes'
          ? 'client-certificate-required'
          : 'valid-client-certificate',
  })
}

function oneOf(
  data: unknown,
  kind: {
    readonly normal: (text: string) => string | undefined
    readonly valueOf: (certificate: ClientCertificate) => string
    readonly needs: string
  },
): Parsed {
  const written: readonly unknown[] = Array.isArray(data) ? data : [data]
  const values = written.map((text) => (typeof text === 'string' ? kind.normal(text) : undefined))
  if (values.length === 0 || values.includes(undefined))
    return { problems: [{ path: [], message: `Expected ${kind.needs}, or a list of them` }] }
  const known = new Set(values)
  return { holds: (certificate) => known.has(kind.valueOf(certificate)) }
}

function anyName(data: unknown, namesOf: (certificate: ClientCertificate) => readonly string[]): Parsed {
  const matcher = parseStringMatcher(data)
  if (!matcher.ok) return { problems: matcher.error }
  return { holds: (certificate) => namesOf(certificate).some((name) => matcher.value(name)) }
}
