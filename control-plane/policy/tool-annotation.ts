import { err, ok } from '../kernel/result.ts'
import type { Criterion, ParsedCriterion } from './criterion.ts'
import { unnamed, type ToolAnnotations } from './input.ts'
import { nearest, type PolicyProblem } from './problem.ts'

type Hint = keyof ToolAnnotations

/** What a tool is that does not say it (MCP 2025-06-18, ToolAnnotations): the worst of each. */
const DEFAULTS: Readonly<Record<Hint, boolean>> = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
}
const HINTS = Object.keys(DEFAULTS)

const isHint = (name: string): name is Hint => Object.hasOwn(DEFAULTS, name)

/** `tool_annotation: { readOnlyHint: true, destructiveHint: false }`: all of them. */
export function parseToolAnnotations(data: unknown): ParsedCriterion {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || Object.keys(data).length === 0) {
    return err([{ path: [], message: 'Expected hints with true or false', hint: `hints: ${HINTS.join(', ')}` }])
  }
  const wanted: [Hint, boolean][] = []
  const problems: PolicyProblem[] = []
  for (const [name, value] of Object.entries(data)) {
    if (!isHint(name)) problems.push({ path: [name], ...unknownHint(name) })
    else if (typeof value !== 'boolean') problems.push({ path: [name], message: `"${name}" needs true or false` })
    else wanted.push([name, value])
  }
  return problems.length > 0 ? err(problems) : ok(annotated(wanted))
}

/** `tool_annotation/readOnlyHint: true` */
export function parseToolAnnotation(name: string, data: unknown): ParsedCriterion {
  if (!isHint(name)) return err([{ path: [], ...unknownHint(name) }])
  if (typeof data !== 'boolean') return err([{ path: [], message: `"${name}" needs true or false` }])
  return ok(annotated([[name, data]]))
}

/** From the recorded catalogue, never from the request. A tool that is not in it could be anything: `unclear`. */
const annotated = (wanted: readonly (readonly [Hint, boolean])[]): Criterion => ({
  truthOf: ({ mcp }) => {
    const { tool, annotations } = mcp
    if (tool === undefined) return unnamed(mcp)
    if (annotations === undefined) return 'unclear'
    return wanted.every(([hint, value]) => (annotations[hint] ?? DEFAULTS[hint]) === value) ? 'yes' : 'no'
  },
  reasonOf: (truth) =>
    truth === 'open'
      ? 'mcp-not-a-tool-call'
      : truth === 'unclear'
        ? 'tool-not-in-catalogue'
        : `tool-annotation-${truth === 'yes' ? 'match' : 'no-match'}`,
})

function unknownHint(name: string): Omit<PolicyProblem, 'path'> {
  const meant = nearest(name, HINTS)
  const hint = meant === undefined ? `hints: ${HINTS.join(', ')}` : `did you mean "${meant}"?`
  return { message: name === '' ? '"tool_annotation" needs a hint' : `Unknown hint "${name}"`, hint }
}

/** The names of criteria for which `PolicyMcp.annotations` must be there. */
export const isAboutAnnotations = (name: string): boolean =>
  name === 'tool_annotation' || name.startsWith('tool_annotation/')
