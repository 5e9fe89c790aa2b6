import { expect, test } from 'vitest'

import { certificate } from './certificate.fixture.ts'
import { readCertificate } from './client-certificate.ts'

test('names are read by their kind, and read once', () => {
  const pem = certificate(
    'DNS.1 = a.example',
    'DNS.2 = b.example',
    'email.1 = ann@example.com',
    'URI.1 = spiffe://example/ann',
    'IP.1 = 127.0.0.1',
  )

  const read = readCertificate(pem)

  expect(read).toMatchObject({
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    spkiHash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    emails: ['ann@example.com'],
    dnsNames: ['a.example', 'b.example'],
    uris: ['spiffe://example/ann'],
  })
  expect(readCertificate(pem)).toBe(read)
})

// A certificate with the one name `x, DNS:admin.example` must not have two.
test('a name with a separator in it stays one name', () => {
  const read = readCertificate(certificate('URI.1 = "x, DNS:admin.example"', 'DNS.1 = a.example'))

  expect(read.uris).toEqual(['x, DNS:admin.example'])
  expect(read.dnsNames).toEqual(['a.example'])
})

test('what is no certificate is no verdict', () => {
  expect(() => readCertificate('nothing')).toThrow(/PEM|certificate/i)
})

test('a certificate without other names has none', () => {
  expect(readCertificate(certificate())).toMatchObject({ emails: [], dnsNames: [], uris: [] })
})
