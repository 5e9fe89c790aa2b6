#!/usr/bin/env node
/**
 * Keeps one tunnel up with the stock OpenSSH client: `sallyport-connect HOST [PORT] [-- ssh options]`. Starts ssh again
 * with back-off when it ends, and stops with it when it says that the host key or the sign-in is wrong.
 */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

import { retryDelayMs } from './retry-delay.ts'

/** ssh's own exit code for "could not connect or was refused". */
const SSH_FAILED = 255

const [host, ...rest] = process.argv.slice(2)
if (host === undefined || host.startsWith('-')) {
  console.error(
    'usage: sallyport-connect HOST [PORT] [-- SSH OPTIONS]\n  for example: sallyport-connect localhost 2222 -- -i ~/.ssh/id_ed25519',
  )
  process.exit(2)
}
const port = /^\d+$/.test(rest[0] ?? '') ? rest[0] : undefined
const options = rest.slice(rest.indexOf('--') + 1 || rest.length)

let stopping = false
let attempt = 0
for (;;) {
  const startedAt = performance.now()
  const words = ['-T', '-R', '0', '-o', 'ServerAliveInterval=15', '-o', 'ExitOnForwardFailure=yes']
  const child = spawn('ssh', [...words, ...(port === undefined ? [] : ['-p', port]), ...options, host], {
    stdio: 'inherit',
  })
  const stop = (): void => {
    stopping = true
    child.kill('SIGTERM')
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', resolve)
  })
  process.off('SIGINT', stop).off('SIGTERM', stop)
  if (stopping || code === null || code !== SSH_FAILED) {
    if (code === null && !stopping) console.error('Cannot start ssh: is the OpenSSH client installed?')
    process.exitCode = stopping ? 0 : (code ?? 1)
    break
  }
  attempt = performance.now() - startedAt > 30_000 ? 0 : attempt + 1
  const delayMs = retryDelayMs(attempt)
  console.error(`Trying again in ${Math.round(delayMs / 1000)} s …`)
  await sleep(delayMs)
}
