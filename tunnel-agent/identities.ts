/** The keys with which the agent signs in. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import ssh2 from 'ssh2'

export type Identity =
  | { readonly kind: 'agent'; readonly socket: string }
  | { readonly kind: 'key'; readonly path: string; readonly privateKey: Buffer }

export interface IdentityPlaces {
  /** Named by the person: only these then. */
  readonly named: readonly string[]
  readonly agentSocket: string | undefined
  /** `~/.ssh`. */
  readonly sshFolder: string
  /** Where the agent keeps a key of its own, for a person who has none. */
  readonly ownKey: string
}

export interface FoundIdentities {
  readonly identities: readonly Identity[]
  /** Sentences about keys that cannot be used. */
  readonly problems: readonly string[]
}

export async function findIdentities(places: IdentityPlaces): Promise<FoundIdentities> {
  if (places.named.length > 0) return readKeys(places.named)
  const { identities, problems } = readKeys(defaultKeys(places.sshFolder))
  const socket = places.agentSocket
  const agent: Identity[] = socket !== undefined && (await agentHasKeys(socket)) ? [{ kind: 'agent', socket }] : []
  const all = [...agent, ...identities]
  return all.length > 0 ? { identities: all, problems } : { identities: [ownKey(places.ownKey)], problems: [] }
}

function readKeys(paths: readonly string[]): FoundIdentities {
  const identities: Identity[] = []
  const problems: string[] = []
  for (const path of paths) {
    try {
      const privateKey = readFileSync(path)
      const parsed = ssh2.utils.parseKey(privateKey)
      if (parsed instanceof Error) problems.push(`Cannot use the key ${path}: ${reasonOf(parsed.message)}`)
      else identities.push({ kind: 'key', path, privateKey })
    } catch (cause) {
      problems.push(`Cannot read the key ${path}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }
  return { identities, problems }
}

const reasonOf = (message: string): string =>
  /passphrase|encrypted/i.test(message) ? 'it has a passphrase. Run ssh-add, and it is used through ssh-agent' : message

/** What ssh tries without being told. */
function defaultKeys(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const rank = (name: string): number => ['id_ed25519', 'id_ecdsa', 'id_rsa'].indexOf(name) + 1 || 9
  return readdirSync(folder)
    .filter((name) => /^id_[\w-]+$/.test(name) && !name.endsWith('_sk'))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((name) => join(folder, name))
}

function agentHasKeys(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    ssh2.createAgent(socket).getIdentities((error, keys) => resolve(!error && (keys?.length ?? 0) > 0))
  })
}

function ownKey(path: string): Identity {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const { private: text } = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'sallyport-connect' })
    try {
      writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
    } catch (cause) {
      // Another agent has made one meanwhile: that one is used.
      if (!existsSync(path)) throw cause
    }
  }
  return { kind: 'key', path, privateKey: readFileSync(path) }
}
