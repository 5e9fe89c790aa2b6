import { createHash, X509Certificate } from 'node:crypto'

import { LRUCache } from 'lru-cache'

import type { ClientCertificate } from '../policy/input.ts'

/** A client sends the same one with each of its requests. */
const MAX_KNOWN = 1000
const known = new LRUCache<string, ClientCertificate>({ max: MAX_KNOWN })

/** Envoy has verified it. Throws for what cannot be read: then there is no verdict. */
export function readCertificate(pem: string): ClientCertificate {
  const before = known.get(pem)
  if (before !== undefined) return before
  const certificate = new X509Certificate(pem)
  const names = alternativeNames(certificate.subjectAltName ?? '')
  const read: ClientCertificate = {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    spkiHash: createHash('sha256')
      .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64'),
    emails: names('email'),
    dnsNames: names('DNS'),
    uris: names('URI'),
  }
  known.set(pem, read)
  return read
}

/** As Node prints them: `DNS:a.example, URI:"spiffe://x/a, b"`; what holds a separator is JSON. */
function alternativeNames(printed: string): (kind: string) => readonly string[] {
  const found = [...printed.matchAll(/(?:^|, )(\w+):("(?:[^"\\]|\\.)*"|[^,]*)/g)]
  return (kind) =>
    found
      .filter(([, each]) => each === kind)
      .map(([, , name = '']) => (name.startsWith('"') ? String(JSON.parse(name)) : name))
}
