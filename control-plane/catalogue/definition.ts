import { createHash } from 'node:crypto'

import { canonicalJson } from '../kernel/canonical-json.ts'
import { isRecord } from '../kernel/record.ts'

/** What a server says about its tool's behaviour; where it says nothing, MCP's defaults (2025-11-25, ToolAnnotations). */
export interface ToolHints {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

const DEFAULTS: ToolHints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
}

/** A tool as a server showed it. */
export interface ToolDefinition {
  readonly name: string
  /** SHA-256 of everything that was shown (description, schemas, annotations, `_meta`), whatever the order of its keys. */
  readonly hash: string
  readonly hints: ToolHints
  /** Canonical JSON, for the eyes of whoever approves it. */
  readonly text: string
}

export function toolDefinition(name: string, shown: Readonly<Record<string, unknown>>): ToolDefinition {
  const text = canonicalJson(shown)
  return {
    name,
    hash: hashOf(text),
    hints: hintsOf(shown['annotations']),
    text,
  }
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Known again by its hash, but too long to be kept: in its place stands what nobody can approve. */
export const withoutText = ({ name, hash, text }: ToolDefinition): ToolDefinition => ({
  ...toolDefinition(name, { name, description: `(${text.length} characters long, which is too much to approve)` }),
  hash,
})

/** The hints in a definition that was kept. */
export function hintsIn(text: string): ToolHints {
  const shown: unknown = JSON.parse(text)
  return hintsOf(isRecord(shown) ? shown['annotations'] : undefined)
}

function hintsOf(annotations: unknown): ToolHints {
  const said = isRecord(annotations) ? annotations : {}
  const hint = (name: keyof ToolHints): boolean => {
    const value = said[name]
    return typeof value === 'boolean' ? value : DEFAULTS[name]
  }
  return {
    readOnlyHint: hint('readOnlyHint'),
    destructiveHint: hint('destructiveHint'),
    idempotentHint: hint('idempotentHint'),
    openWorldHint: hint('openWorldHint'),
  }
}
