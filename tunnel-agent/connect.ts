#!/usr/bin/env node
/**
 * Keeps one tunnel up with the stock OpenSSH client: `sallyport-connect HOST [PORT] [-- ssh options]`. Starts ssh again,
 * with back-off, whenever it ends, until it is stopped: a gateway that restarts and a laptop that slept look alike.
 */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

import { retryDelayMs } from './retry-delay.ts'

/** A connection that lasted this long was a good one: the next attempt starts without delay history. */
const GOOD_MS = 30_000

const [host, ...rest] = process.argv.slice(2)
if (host === undefined || host.startsWith('-')) {
  console.error('usage: sallyport-connect HOST [PORT] [-- SSH OPTIONS]')
  console.error('  for example: sallyport-connect localhost 2222 -- -i ~/.ssh/id_ed25519')
  process.exit(2)
}
const port = /^\d+$/.test(rest[0] ?? '') ? rest[0] : undefined
const options = rest.slice(rest.indexOf('--') + 1 || rest.length)
const words = ['-T', '-R', '0', '-o', 'ServerAliveInterval=15', '-o', 'ExitOnForwardFailure=yes']
const command = [...words, ...(port === undefined ? [] : ['-p', port]), ...options, host]

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())

let attempt = 0
while (!stop.signal.aborted) {
  const startedAt = performance.now()
  const child = spawn('ssh', command, { stdio: 'inherit', signal: stop.signal, killSignal: 'SIGTERM' })
  const missing = await new Promise<boolean>((resolve) => {
    child.once('error', (cause) => resolve('code' in cause && cause.code === 'ENOENT'))
    child.once('exit', () => resolve(false))
  })
  if (missing) {
    console.error('Cannot start ssh: install the OpenSSH client')
    process.exitCode = 1
    break
  }
  if (stop.signal.aborted) break
  attempt = performance.now() - startedAt > GOOD_MS ? 0 : attempt + 1
  const delayMs = retryDelayMs(attempt)
  console.error(`Trying again in ${Math.round(delayMs / 1000)} s; Ctrl-C stops`)
  await sleep(delayMs, undefined, { signal: stop.signal }).catch(() => {})
}
