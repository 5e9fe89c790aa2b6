/**
 * Regenerates envoy.json and envoy.d.ts from the Envoy executable itself, so that they are exact for the version in use.
 * Usage: node proto/generate.ts [--check] [ENVOY]. With --check nothing is written; exit 1 says that the files differ.
 */
import { readFileSync, writeFileSync } from 'node:fs'

import { locateEnvoy } from '../envoy/locate.ts'
import type { Bundle } from './bundle.ts'
import { emitDeclarations } from './emit-declarations.ts'
import { extractDescriptors } from './extract.ts'
import { prune, readDescriptors, type Roots } from './prune.ts'

const here = (name: string): URL => new URL(name, import.meta.url)

/** One type a line: a new Envoy gives a diff that a person can read. */
const printBundle = (bundle: Bundle): string => {
  const lines = Object.entries(bundle).map(([name, type]) => `${JSON.stringify(name)}:${JSON.stringify(type)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

const args = process.argv.slice(2)
const check = args.includes('--check')
const envoy = args.find((arg) => !arg.startsWith('-')) ?? (await locateEnvoy()).path
const roots = JSON.parse(readFileSync(here('roots.json'), 'utf8')) as Roots
const bundle = prune(readDescriptors(extractDescriptors(readFileSync(envoy)).values()), roots)

for (const [name, text] of [
  ['envoy.json', printBundle(bundle)],
  ['envoy.d.ts', emitDeclarations(bundle)],
] as const) {
  if (!check) {
    writeFileSync(here(name), text)
    console.log(`proto/${name}: ${Object.keys(bundle).length} types, ${text.length} characters`)
  } else if (readFileSync(here(name), 'utf8') !== text) {
    console.error(`proto/${name} differs from what ${envoy} gives\n  hint: run node proto/generate.ts`)
    process.exitCode = 1
  }
}
