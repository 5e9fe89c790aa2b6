import { z } from 'zod'

import { ARGUMENT_MODES, DEFAULT_ARGUMENT_MODE, type ArgumentMode } from '../audit/recorded-arguments.ts'
import { Secret } from '../kernel/secret.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import { duration } from './duration.ts'
import { readHeaderValue, headerValue } from './header-value.ts'
import type { Reading } from './secret.ts'

const argumentMode = z.enum(ARGUMENT_MODES)

export const auditSchema = z.strictObject({
  retention: duration.optional(),
  arguments: argumentMode.optional(),
  json_lines: z.boolean().optional(),
  otlp: z
    .strictObject({
      endpoint: z
        .string()
        .refine(
          (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
          'Expected a URL, such as "https://collector.example.com/v1/logs"',
        ),
      headers: z.record(z.string(), headerValue).optional(),
    })
    .optional(),
})

/** Of one route. */
export const routeAuditSchema = z.strictObject({ arguments: argumentMode })

export interface OtlpSettings {
  /** The whole URL to which logs are posted. */
  readonly endpoint: URL
  readonly headers: Readonly<Record<string, Secret<string>>>
}

export interface AuditSettings {
  /** Milliseconds; 30 days unless told. */
  readonly retentionMs: number
  readonly arguments: ArgumentMode
  readonly jsonLines: boolean
  readonly otlp: OtlpSettings | undefined
}

/** RFC 9110 §5.1. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^`|~-]{1,100}$/
const DAY_MS = 24 * 60 * 60_000

export function auditOf(document: z.infer<typeof auditSchema> | undefined, at: Reading): AuditSettings {
  const { retention, arguments: mode, json_lines: jsonLines, otlp } = document ?? {}
  return {
    retentionMs: retention ?? 30 * DAY_MS,
    arguments: mode ?? DEFAULT_ARGUMENT_MODE,
    jsonLines: jsonLines ?? true,
    otlp: otlp && otlpOf(otlp, at),
  }
}

function otlpOf(
  { endpoint, headers = {} }: NonNullable<z.infer<typeof auditSchema>['otlp']>,
  at: Reading,
): OtlpSettings {
  const path = ['audit', 'otlp']
  const url = new URL(endpoint)
  if (url.protocol === 'http:' && !isLoopbackHostname(url.hostname)) {
    const message = 'Records of calls would travel in the clear'
    at.findings.push({ path: [...path, 'endpoint'], message, hint: 'use https, or a collector on this computer' })
  }
  const values = Object.entries(headers).map(([name, source]) => {
    if (!HEADER_NAME.test(name)) {
      at.findings.push({ path: [...path, 'headers', name], message: `"${name}" is no name of a header` })
    }
    const value = readHeaderValue(source, [...path, 'headers', name], at)
    return [name, new Secret(value ?? '')] as const
  })
  return { endpoint: url, headers: Object.fromEntries(values) }
}
