import { isRecord } from '../kernel/record.ts'
import type { OutboundFetch } from '../outbound/outbound.ts'

/** For each request: a page that needs several of them must be there before Envoy gives up on it. */
export const TIMEOUT_MS = 4000

export type Json = Readonly<Record<string, unknown>>

/** Undefined for any answer but 200 with a JSON object. Throws where there is none to be had. */
export async function readJson(fetch: OutboundFetch, url: string): Promise<Json | undefined> {
  const { status, body } = await fetch(url, { timeoutMs: TIMEOUT_MS })
  if (status !== 200) return undefined
  try {
    const json: unknown = JSON.parse(body)
    return isRecord(json) ? json : undefined
  } catch {
    return undefined
  }
}

export const textIn = (json: Json, name: string): string | undefined => {
  const value = json[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export const textsIn = (json: Json, name: string): readonly string[] | undefined => {
  const value = json[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
}
