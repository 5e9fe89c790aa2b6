import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { Secret } from '../../control-plane/kernel/secret.ts'
import type { Certificate } from '../../control-plane/xds/edge-plan.ts'

/** A certificate for one name, valid for two days, made by openssl in `folder`. */
export async function selfSigned(name: string, folder: string): Promise<Certificate> {
  const [key, chain] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-keyout', key, '-out', chain]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  await promisify(execFile)('openssl', ['req', '-x509', '-nodes', ...curve, ...subject])
  const [certificateChainPem, privateKeyPem] = await Promise.all([readFile(chain, 'utf8'), readFile(key, 'utf8')])
  return { certificateChainPem, privateKeyPem: new Secret(privateKeyPem) }
}
