import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { parse } from 'yaml'

export const REVISIONS = ['2025-11-25', '2026-07-28'] as const
export type Revision = (typeof REVISIONS)[number]

export interface Check {
  readonly id: string
  readonly status: string
  readonly errorMessage?: string
  readonly details?: { readonly messagesValidated?: number }
}

/** What the suite found, by scenario. */
export type Results = ReadonlyMap<string, readonly Check[]>

const SUITE = dirname(dirname(fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'))))

/** The scenarios that count for a revision; the suite runs others too, for information. */
export async function scoredScenarios(revision: Revision): Promise<ReadonlySet<string>> {
  const requirements = parse(await readFile(join(SUITE, 'requirements', `${revision}.yaml`), 'utf8')) as {
    readonly server: readonly string[]
  }
  return new Set(requirements.server)
}

/** Runs what a revision requires of a server, or one scenario of it, against a URL. */
export async function runServerSuite(url: string, revision: Revision, scenario?: string): Promise<Results> {
  const which =
    scenario === undefined ? ['--requirements', revision] : ['--scenario', scenario, '--spec-version', revision]
  return collect((folder) => runSuite(['server', '--url', url, ...which, '-o', folder]))
}

/** Runs the authorization server's scenarios; `visit` is the person who opens the link that the suite prints. */
export async function runAuthorizationSuite(
  options: { readonly issuer: string; readonly clientId: string; readonly resource: string; readonly port: number },
  visit: (link: string) => Promise<void>,
): Promise<Results> {
  const words = ['--url', options.issuer, '--client-id', options.clientId, '--resource', options.resource]
  return collect((folder) => runSuite(['authorization', ...words, '-p', String(options.port), '-o', folder], visit))
}

async function runSuite(words: readonly string[], visit?: (link: string) => Promise<void>): Promise<string> {
  const child = spawn(process.execPath, [join(SUITE, 'dist/index.js'), ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let output = ''
  child.stderr.on('data', (chunk) => (output += chunk))
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`
    if (visit !== undefined && /^https?:\/\/\S+\?\S*response_type=/.test(line)) await visit(line.trim())
  }
  await closed
  return output
}

/** Each scenario leaves a folder `<leg>-<scenario>-<time>` with its checks in it. */
async function collect(run: (folder: string) => Promise<string>): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-conformance-'))
  try {
    const output = await run(folder)
    const results = new Map<string, readonly Check[]>()
    for (const name of await readdir(folder)) {
      const scenario = /^(?:authorization-)?server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1]
      if (scenario === undefined) continue
      results.set(scenario, JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8')) as Check[])
    }
    if (results.size === 0) throw new Error(`The conformance suite left no results:\n${output}`)
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
