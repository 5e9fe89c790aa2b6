/** An OpenSSH that knows the post-quantum key exchange: Debian's backport, unpacked into the cache and never installed. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

const URL_OF_PACKAGE = 'http://deb.debian.org/debian/pool/main/o/openssh/openssh-client_10.0p1-7~bpo12+1_amd64.deb'
const SHA256 = '8de7af71a08bd3ffec0f00621d7389fb53194245689ece0e0d1e92fe30e5caa5'

/** The path of `ssh`; undefined where there is none for this machine. */
export async function openSsh10(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sallyport')
  const folder = join(cache, 'openssh-10.0p1')
  const program = join(folder, 'usr/bin/ssh')
  if (existsSync(program)) return program
  await mkdir(cache, { recursive: true })
  const answer = await fetch(URL_OF_PACKAGE, { signal: AbortSignal.timeout(60_000) }).catch(() => undefined)
  if (answer?.ok !== true) return undefined
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (createHash('sha256').update(bytes).digest('hex') !== SHA256) throw new Error(`${URL_OF_PACKAGE} has changed`)
  const fresh = await mkdtemp(join(cache, 'openssh-'))
  const archive = join(fresh, 'openssh.deb')
  await writeFile(archive, bytes)
  execFileSync('dpkg-deb', ['-x', archive, fresh])
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }))
  return program
}
