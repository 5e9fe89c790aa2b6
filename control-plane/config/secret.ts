import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import { messageOf, systemCodeOf } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import type { Finding } from './problem.ts'

/** Where a configuration file is being read, and what was found wrong in it so far. */
export interface Reading {
  /** The configuration file; paths in it are relative to its folder. */
  readonly file: string
  readonly findings: Finding[]
  readonly variable: (name: string) => string | undefined
}

type Path = Finding['path']

/** The text of a file named in the configuration; a finding and undefined where it cannot be read. */
export function readNamedFile(name: string, path: Path, at: Reading): string | undefined {
  const full = resolve(dirname(at.file), name)
  try {
    return readFileSync(full, 'utf8')
  } catch (cause) {
    at.findings.push({ path, message: `Cannot read "${full}": ${reasonOf(cause)}` })
    return undefined
  }
}

/**
 * A secret never stands in the file itself: `NAME_file` or `NAME_env` say where it is. `path` is that of the object
 * that has the two keys. Undefined without a finding where neither is there.
 */
export function readSecret(
  keys: { readonly name: string; readonly file: string | undefined; readonly env: string | undefined },
  path: Path,
  at: Reading,
): Secret<string> | undefined {
  const { name, file, env } = keys
  if (file !== undefined && env !== undefined) {
    at.findings.push({
      path: [...path, `${name}_env`],
      message: `The ${name} is given twice`,
      hint: `keep "${name}_file" or "${name}_env"`,
    })
    return undefined
  }
  if (file !== undefined)
    return secretFrom(
      readNamedFile(file, [...path, `${name}_file`], at)?.trim(),
      `"${file}"`,
      [...path, `${name}_file`],
      at,
    )
  if (env === undefined) return undefined
  const value = at.variable(env)
  if (value === undefined) {
    at.findings.push({
      path: [...path, `${name}_env`],
      message: `The environment has no "${env}"`,
      hint: `set it, or use "${name}_file"`,
    })
    return undefined
  }
  return secretFrom(value, `"${env}"`, [...path, `${name}_env`], at)
}

function secretFrom(value: string | undefined, source: string, path: Path, at: Reading): Secret<string> | undefined {
  if (value === undefined) return undefined
  if (value !== '') return new Secret(value)
  at.findings.push({ path, message: `${source} is empty` })
  return undefined
}

export const reasonOf = (cause: unknown): string => {
  const code = systemCodeOf(cause)
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'this user may not read it'
  return messageOf(cause)
}
