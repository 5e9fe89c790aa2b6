import { z } from 'zod'

import { parseDuration } from '../kernel/duration.ts'
import { DIMENSIONS, type ConcurrencyLimit, type Dimension, type Limits, type RateLimit } from '../limits/limit.ts'
import { parseStringMatcher } from '../policy/string-matcher.ts'
import type { Finding } from './problem.ts'

/** What Envoy buffers for us: a larger limit would never be reached. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
/** The time of each call in the window is kept. */
const MAX_REQUESTS = 100_000
const MAX_CONCURRENT = 10_000
const MAX_WINDOW_MS = 24 * 60 * 60_000

const dimension = z.enum(DIMENSIONS)

export const limitsSchema = z.array(
  z.strictObject({
    per: z
      .union([dimension, z.array(dimension).min(1)], `Expected ${DIMENSIONS.join(', ')}, or a list of them`)
      .optional(),
    requests: z.int().min(1).max(MAX_REQUESTS).optional(),
    window: z.string().optional(),
    concurrent: z.int().min(1).max(MAX_CONCURRENT).optional(),
    max_body_bytes: z.int().min(1).max(MAX_BODY_BYTES).optional(),
    mcp_tool: z.unknown().optional(),
  }),
)

type Written = z.infer<typeof limitsSchema>[number]
type Path = Finding['path']

/** `route` is undefined for the limits of all routes. */
export function limitsOf(
  written: readonly Written[] | undefined,
  route: string | undefined,
  at: { readonly path: Path; readonly findings: Finding[] },
): Limits | undefined {
  if (written === undefined) return undefined
  const rates: RateLimit[] = []
  const concurrents: ConcurrencyLimit[] = []
  const sizes: number[] = []
  for (const [index, each] of written.entries()) {
    const path = [...at.path, index]
    const complain = (message: string, hint?: string): void => void at.findings.push({ path, message, hint })
    const kinds = [each.requests, each.concurrent, each.max_body_bytes].filter((kind) => kind !== undefined)
    if (kinds.length !== 1) {
      complain('A limit is one of "requests" with "window", "concurrent", or "max_body_bytes"')
      continue
    }
    if (each.max_body_bytes !== undefined) {
      if (each.per !== undefined || each.window !== undefined || each.mcp_tool !== undefined) {
        complain('The size of a body is the same for everybody', 'write "max_body_bytes" alone')
      }
      sizes.push(each.max_body_bytes)
      continue
    }
    const common = commonOf(each, route, { path, findings: at.findings })
    if (common === undefined) continue
    if ([...rates, ...concurrents].some(({ id }) => id === common.id)) complain('This limit is there already')
    else if (each.concurrent !== undefined) concurrents.push({ ...common, concurrent: each.concurrent })
    else rates.push({ ...common, requests: each.requests ?? 0, windowMs: common.windowMs ?? 0 })
  }
  return { rates, concurrents, maxBodyBytes: sizes.length === 0 ? undefined : Math.min(...sizes) }
}

function commonOf(
  written: Written,
  route: string | undefined,
  at: { readonly path: Path; readonly findings: Finding[] },
): (Omit<RateLimit, 'requests' | 'windowMs'> & { readonly windowMs: number | undefined }) | undefined {
  const before = at.findings.length
  if (written.per === undefined) {
    at.findings.push({ path: at.path, message: 'The limit does not say per what', hint: 'such as "per: user"' })
  }
  const windowMs = windowOf(written, at)
  const matcher = written.mcp_tool === undefined ? undefined : parseStringMatcher(written.mcp_tool)
  if (matcher?.ok === false) {
    for (const problem of matcher.error) {
      at.findings.push({ ...problem, path: [...at.path, 'mcp_tool', ...problem.path] })
    }
  }
  if (at.findings.length > before) return undefined
  const per: readonly Dimension[] = DIMENSIONS.filter((each) => [written.per].flat().includes(each))
  const tool = written.mcp_tool === undefined ? '' : ` of tools ${JSON.stringify(written.mcp_tool)}`
  const what =
    written.concurrent === undefined
      ? `${written.requests} requests in ${written.window}`
      : `${written.concurrent} calls at the same time`
  const text = `${what} per ${per.join(' and ')}${tool}`
  return {
    id: JSON.stringify([route ?? null, text]),
    per,
    matchesTool: matcher?.ok === true ? matcher.value : undefined,
    text,
    windowMs,
  }
}

function windowOf(written: Written, at: { readonly path: Path; readonly findings: Finding[] }): number | undefined {
  const { window, concurrent } = written
  if (concurrent !== undefined) {
    if (window !== undefined) {
      at.findings.push({ path: [...at.path, 'window'], message: 'Calls at the same time have no window' })
    }
    return undefined
  }
  if (window === undefined) {
    at.findings.push({ path: at.path, message: 'Requests are limited within a window', hint: 'add "window: 1m"' })
    return undefined
  }
  const windowMs = parseDuration(window)
  if (windowMs === undefined || windowMs < 1000 || windowMs > MAX_WINDOW_MS) {
    at.findings.push({ path: [...at.path, 'window'], message: 'Expected a duration from "1s" to "24h"' })
  }
  return windowMs
}
