import type { PublicHostKey } from '../identity/public-host-key.ts'
import { Fault } from '../kernel/fault.ts'

export interface HostKeyOptions {
  /** The name under which clients reach the SSH server; default: the configuration's. */
  readonly host?: string
  readonly json?: true
}

/**
 * How others can know this gateway's SSH server: fingerprints to compare, SSHFP records for DNS (RFC 4255; clients look with
 * `VerifyHostKeyDNS`) and lines for known_hosts. Throws a Fault where there are no keys yet.
 */
export function hostKeysText(
  keys: readonly PublicHostKey[],
  server: { readonly host: string; readonly port: number },
  { json }: HostKeyOptions,
): string {
  const { host, port } = server
  const known = port === 22 ? host : `[${host}]:${port}`
  if (keys.length === 0) {
    throw new Fault('host_keys.none', 'There are no host keys yet', {
      hint: 'the first start of the gateway makes them; SALLYPORT_DATA names their folder',
    })
  }
  if (json === true) return `${JSON.stringify(keys, null, 2)}\n`
  const part = (title: string, lines: readonly string[]): string => `${[`# ${title}`, ...lines].join('\n')}\n`
  return [
    part(
      'Fingerprints',
      keys.map(({ fingerprint, algorithm }) => `${fingerprint} ${algorithm}`),
    ),
    part(
      'DNS',
      keys.map(({ sshfp }) => `${host} IN SSHFP ${sshfp}`),
    ),
    part(
      'known_hosts',
      keys.map(({ algorithm, blob }) => `${known} ${algorithm} ${blob}`),
    ),
  ].join('\n')
}
