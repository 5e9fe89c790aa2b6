import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { freePort } from '../system/support/ports.ts'
import { makeSshKey } from '../system/support/ssh.ts'
import { until } from '../system/support/until.ts'

/**
 * OpenSSH's own server with a remote forward to the upstream: what a tunnel costs without a gateway. The client runs with
 * `-tt`, because with `-N` it leaves Nagle's algorithm on, which stalls small answers for 40 ms.
 */
export async function startSshd(
  upstreamPort: number,
): Promise<{ port: number; serverPort: number; children: readonly ChildProcess[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-sshd-'))
  const port = await freePort()
  const forwarded = await freePort()
  const hostKey = join(folder, 'host')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
  const key = makeSshKey()
  copyFileSync(`${key}.pub`, join(folder, 'authorized'))
  chmodSync(join(folder, 'authorized'), 0o600)
  const config = `Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKey}
AuthorizedKeysFile ${join(folder, 'authorized')}
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
PidFile none
`
  writeFileSync(join(folder, 'sshd_config'), config)
  mkdirSync('/run/sshd', { recursive: true })
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' })
  await until('sshd to listen', () => reaches(port))
  const settings = [
    '-F',
    '/dev/null',
    '-o',
    'IdentitiesOnly=yes',
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'LogLevel=ERROR',
  ]
  const words = [
    ...settings,
    '-tt',
    '-i',
    key,
    '-p',
    String(port),
    '-R',
    `127.0.0.1:${forwarded}:127.0.0.1:${upstreamPort}`,
    `${userInfo().username}@127.0.0.1`,
    'sleep 3600',
  ]
  const client = spawn('ssh', words, { stdio: ['pipe', 'ignore', 'inherit'] })
  await until('the remote forward to listen', () => reaches(forwarded))
  return { port: forwarded, serverPort: port, children: [client, server] }
}

async function reaches(port: number): Promise<boolean> {
  const { connect } = await import('node:net')
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
