import { execFile, spawn, spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A value as another language's reader saw it: numbers as it prints them, texts in base64. */
export type Seen =
  | null
  | { readonly b: boolean }
  | { readonly n: string }
  | { readonly s: string }
  | { readonly o: Readonly<Record<string, Seen>> }
  | readonly Seen[]

export interface Reading {
  readonly refused?: string
  readonly declared?: Readonly<Record<string, Seen>>
  readonly [field: string]: unknown
}

/** By reader. One program may read in several ways. */
export type Readings = Readonly<Record<string, Reading>>

export interface Reader {
  readonly language: string
  readonly command: readonly string[]
}

const here = (path: string): string => fileURLToPath(new URL(`readers/${path}`, import.meta.url))
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sallyport', 'readers')
const BUILD_LIMIT_MS = 240_000

const MADE: readonly {
  readonly language: string
  readonly compiler: string
  readonly words: readonly string[]
  readonly executable: string
}[] = [
  {
    language: 'Go',
    compiler: 'go',
    words: ['build', '-C', here('go'), '-o', join(CACHE, 'go'), '.'],
    executable: join(CACHE, 'go'),
  },
  {
    language: 'Rust',
    compiler: 'cargo',
    words: [
      'build',
      '--quiet',
      '--release',
      '--locked',
      '--manifest-path',
      here('rust/Cargo.toml'),
      '--target-dir',
      join(CACHE, 'rust'),
    ],
    executable: join(CACHE, 'rust', 'release', 'reader'),
  },
]

/** Those that this machine can run; the rest with the reason. Python's is always there, as everything needs it anyway. */
export async function findReaders(): Promise<{
  readonly readers: readonly Reader[]
  readonly missing: readonly string[]
}> {
  await mkdir(CACHE, { recursive: true })
  const readers: Reader[] = [{ language: 'Python', command: ['python3', here('reader.py')] }]
  const missing: string[] = []
  for (const { language, compiler, words, executable } of MADE) {
    if (spawnSync(compiler, ['version']).error !== undefined) {
      missing.push(`${language}: there is no "${compiler}"`)
      continue
    }
    try {
      await promisify(execFile)(compiler, words, { timeout: BUILD_LIMIT_MS })
      readers.push({ language, command: [executable] })
    } catch (error) {
      missing.push(`${language}: not built, ${String(error).split('\n').slice(0, 3).join(' ')}`)
    }
  }
  return { readers, missing }
}

/** All bodies through one process; the answers in their order. */
export async function readAll(
  { language, command: [program = '', ...words] }: Reader,
  bodies: readonly Buffer[],
): Promise<readonly Readings[]> {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const answered = text(child.stdout)
  child.stdin.end(bodies.map((body) => `${body.toString('base64')}\n`).join(''))
  const lines = (await answered).trimEnd().split('\n')
  if (lines.length !== bodies.length) throw new Error(`${language} answered ${lines.length} of ${bodies.length}`)
  return lines.map((line) => JSON.parse(line) as Readings)
}
