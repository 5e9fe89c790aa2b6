import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** Makes `gateway.DOMAIN` and `*.tunnels.DOMAIN` names of this computer, with a certificate that this process trusts. */
export function trustTestDomain(domain: string): { readonly certificate: string; readonly key: string } {
  const made = makeCertificate(domain)
  setDefaultCACertificates([...getCACertificates('default'), made.certificate])
  resolveHere(domain)
  return made
}

/** A wildcard certificate of an authority that only this process trusts. */
function makeCertificate(domain: string): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'))
  const names = `subjectAltName=DNS:gateway.${domain},DNS:*.tunnels.${domain}`
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const words = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '2']
  execFileSync('openssl', [...words, '-subj', '/CN=sallyport', '-addext', names, ...files], { stdio: 'ignore' })
  return {
    certificate: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    key: readFileSync(join(folder, 'key.pem'), 'utf8'),
  }
}

/** What wildcard DNS would do: every name of the test domain is this computer. */
function resolveHere(domain: string): void {
  const dns = createRequire(import.meta.url)('node:dns') as { lookup: (name: string, ...rest: unknown[]) => void }
  const { lookup } = dns
  dns.lookup = (name, ...rest) => lookup(name.endsWith(`.${domain}`) ? '127.0.0.1' : name, ...rest)
}
