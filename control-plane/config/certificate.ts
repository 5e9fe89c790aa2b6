import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'

import type { Finding } from './problem.ts'

/** What Envoy would refuse only after the start: text that is no PEM, and a key of another certificate. */
export function certificateFindings(certificateChainPem: string, privateKeyPem: string): readonly Finding[] {
  const findings: Finding[] = []
  const certificate = parse(() => new X509Certificate(certificateChainPem))
  const key = parse(() => createPrivateKey(privateKeyPem))
  if (certificate === undefined) {
    const hint = 'the file holds the certificate first and then its chain, as "-----BEGIN CERTIFICATE-----"'
    findings.push({ path: ['tls', 'certificate'], message: 'The file holds no PEM certificate', hint })
  }
  if (key === undefined) {
    const hint = 'the file holds one key without a passphrase, as "-----BEGIN PRIVATE KEY-----"'
    findings.push({ path: ['tls', 'key'], message: 'The file holds no PEM private key', hint })
  }
  if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key)) {
    const hint = 'the certificate that belongs to the key comes first in its file'
    findings.push({ path: ['tls', 'key'], message: 'The key does not belong to the certificate', hint })
  }
  return findings
}

export const isCertificate = (pem: string): boolean => parse(() => new X509Certificate(pem)) !== undefined

function parse<T extends X509Certificate | KeyObject>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
