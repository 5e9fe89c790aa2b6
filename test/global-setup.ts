import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { locateEnvoy } from '../envoy/locate.ts'
import { CHROMIUM } from './system/support/chromium.ts'

/** Gets what the suites share and a fresh machine lacks: Envoy for everybody, Debian's Chromium where we may install it. */
export default async function setup(): Promise<void> {
  await locateEnvoy()
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (existsSync(CHROMIUM) || !mayInstall) return
  console.log('Installing Chromium for the browser tests …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'inherit' })
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env, stdio: 'ignore' })
}
