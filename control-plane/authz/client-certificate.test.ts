import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { readCertificate } from './client-certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificate-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** One line of OpenSSL's configuration for each name: `URI.1 = spiffe://example/ann`. */
function certificate(...names: readonly string[]): string {
  const config = join(folder, 'openssl.cnf')
  const sections = [
    '[req]',
    'distinguished_name = dn',
    'x509_extensions = ext',
    '[dn]',
    '[ext]',
    'subjectAltName = @names',
  ]
  writeFileSync(config, [...sections, '[names]', ...names, ''].join('\n'))
  const files = ['-config', config, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const key = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  execFileSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=x', ...files], { stdio: 'ignore' })
  return readFileSync(join(folder, 'cert.pem'), 'utf8')
}

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
