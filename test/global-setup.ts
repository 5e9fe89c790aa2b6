import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { locateEnvoy } from '../envoy/locate.ts'
import { CHROMIUM } from './system/support/chromium.ts'
import { DBCLIENT, PLINK } from './system/support/other-clients.ts'

const PACKAGES: Readonly<Record<string, string>> = {
  [CHROMIUM]: 'chromium',
  [PLINK]: 'putty-tools',
  [DBCLIENT]: 'dropbear-bin',
}

/** Gets what the suites share and a fresh machine lacks: Envoy for everybody, Debian's packages where we may install them. */
export default async function setup(): Promise<void> {
  await locateEnvoy()
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  const missing = Object.entries(PACKAGES).flatMap(([program, name]) => (existsSync(program) ? [] : [name]))
  if (missing.length === 0 || !mayInstall) return
  console.log(`Installing ${missing.join(', ')} for the tests …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'inherit' })
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, stdio: 'ignore' })
}
