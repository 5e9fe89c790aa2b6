#!/usr/bin/env node
/**
 * From a checkout the sources run as they are (Node 24 strips the types); an installed package holds what was built from
 * them, because Node strips no types below node_modules, and older ones strip none.
 */
import { existsSync } from 'node:fs'

const source = new URL('../command.ts', import.meta.url)
const built = new URL('../dist/command.js', import.meta.url)
if (existsSync(source) && process.features.typescript) await import(source.href)
else if (existsSync(built)) await import(built.href)
else {
  process.stderr.write(`From a checkout this needs Node 24; this is ${process.versions.node}\n`)
  process.exitCode = 1
}
