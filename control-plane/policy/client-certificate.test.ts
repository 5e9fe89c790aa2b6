import { expect, test } from 'vitest'

import { compilePolicy } from './compile.ts'
import { decide, reasonsFor } from './decide.ts'
import { NOTHING_NAMED, type ClientCertificate, type PolicyInput } from './input.ts'
import { NO_VOCABULARY } from './vocabulary.ts'

const HEX = 'ab'.repeat(32)
const COLONS = HEX.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:')
const HASH = `${'A'.repeat(43)}=`
const LAPTOP: ClientCertificate = {
  fingerprint: HEX,
  spkiHash: HASH,
  emails: ['ann@example.com', 'ann@example.org'],
  dnsNames: ['laptop.example'],
  uris: [],
}

const inputOf = (certificate: ClientCertificate | undefined): PolicyInput => ({
  caller: undefined,
  http: { method: 'POST', path: '/', clientAddress: '192.0.2.1', certificate },
  mcp: NOTHING_NAMED,
  atMs: 0,
})

function policyOf(criterion: object) {
  const policy = compilePolicy({ allow: { and: [criterion] } })
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}

test.each([
  [{ fingerprint: HEX }, true],
  [{ fingerprint: COLONS }, true],
  [{ fingerprint: ['cd'.repeat(32), HEX] }, true],
  [{ fingerprint: 'cd'.repeat(32) }, false],
  [{ spki_hash: HASH }, true],
  [{ spki_hash: `${'B'.repeat(43)}=` }, false],
  [{ san_email: { ends_with: '@example.org' } }, true],
  [{ san_dns: 'laptop.example', san_email: 'bob@example.com' }, false],
  [{ san_uri: { not: 'x' } }, false],
])('client_certificate %j is met by the certificate: %s', (data, met) => {
  const policy = policyOf({ client_certificate: data })
  const decision = decide(policy, inputOf(LAPTOP))

  expect(decision.allowed).toBe(met)
  expect(reasonsFor(policy, decision)).toContain(met ? 'client-certificate-ok' : 'client-certificate-unauthorized')
})

test('without a certificate none is met, and the reason says what is needed', () => {
  const policy = policyOf({ client_certificate: { san_uri: { not: 'x' } } })
  const decision = decide(policy, inputOf(undefined))

  expect(decision.allowed).toBe(false)
  expect(reasonsFor(policy, decision)).toEqual(['no-allow', 'client-certificate-required'])
})

test('invalid_client_certificate is met by who has none', () => {
  const policy = policyOf({ invalid_client_certificate: true })
  const [without, withOne] = [decide(policy, inputOf(undefined)), decide(policy, inputOf(LAPTOP))]

  expect([without.allowed, withOne.allowed]).toEqual([true, false])
  expect(reasonsFor(policy, without)).toEqual(['client-certificate-required'])
  expect(reasonsFor(policy, withOne)).toEqual(['no-allow', 'valid-client-certificate'])
})

test.each([{ client_certificate: { fingerprint: HEX } }, { invalid_client_certificate: true }])(
  'before there is a request it could be: %j',
  (criterion) => {
    const policy = policyOf(criterion)
    const decision = decide(policy, { ...inputOf(undefined), http: undefined })

    expect(decision.allowed).toBe(true)
    expect(reasonsFor(policy, decision)).toEqual(['client-certificate-not-known'])
  },
)

test.each([
  [{ client_certificate: 'x' }, 'Expected what the certificate has'],
  [{ client_certificate: [] }, 'Expected what the certificate has'],
  [{ client_certificate: { fingerprint: 7 } }, 'Expected a SHA-256 fingerprint'],
  [{ client_certificate: { spki_hash: 'x' } }, 'Expected the SHA-256 of a public key'],
  [{ client_certificate: { san_dsn: 'x' } }, 'Unknown key "san_dsn"'],
  [{ client_certificate: { whatever: 'x' } }, 'Unknown key "whatever"'],
  [{ client_certificate: { san_dns: [] } }, 'Expected a string or operators'],
])('%j is a problem', (criterion, message) => {
  expect(compilePolicy({ allow: { and: [criterion] } })).toMatchObject({
    ok: false,
    error: [{ message: expect.stringContaining(message) }],
  })
})

test.each([{ client_certificate: { fingerprint: HEX } }, { invalid_client_certificate: true }])(
  'where no client is asked for one, %j is a mistake',
  (criterion) => {
    const compiled = compilePolicy({ allow: { and: [criterion] } }, { ...NO_VOCABULARY, clientCertificates: false })

    expect(compiled).toMatchObject({ ok: false, error: [{ hint: expect.stringContaining('client_ca_file') }] })
  },
)

test('criteria that cannot be judged here say what to use instead', () => {
  expect(compilePolicy({ allow: { and: [{ device: { approved: true } }] } })).toMatchObject({
    ok: false,
    error: [{ message: '"device" is not supported here', hint: expect.stringContaining('claim/amr') }],
  })
})
