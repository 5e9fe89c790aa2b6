/** Certificates for tests, made by OpenSSL. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Self-signed. One line of OpenSSL's configuration for each name: `URI.1 = spiffe://example/ann`. */
export function certificate(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificate-'))
  const config = join(folder, 'openssl.cnf')
  const extensions =
    names.length === 0 ? ['basicConstraints = CA:false'] : ['subjectAltName = @names', '[names]', ...names]
  const sections = ['[req]', 'distinguished_name = dn', 'x509_extensions = ext', '[dn]', '[ext]', ...extensions, '']
  writeFileSync(config, sections.join('\n'))
  const files = ['-config', config, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const key = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  execFileSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=x', ...files], { stdio: 'ignore' })
  const pem = readFileSync(join(folder, 'cert.pem'), 'utf8')
  rmSync(folder, { recursive: true })
  return pem
}
