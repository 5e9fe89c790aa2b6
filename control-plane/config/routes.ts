import { createHash } from 'node:crypto'

import { base32 } from '../kernel/ids.ts'
import { compilePolicy, type Policy } from '../policy/compile.ts'
import type { PolicyProblem } from '../policy/problem.ts'
import type { Vocabulary } from '../policy/vocabulary.ts'
import type { Addressing } from '../routes/addressing.ts'
import { tunnelNameIn, type ConfiguredRoute } from '../routes/publication.ts'
import { isCertificate } from './certificate.ts'
import type { RouteDocument } from './document.ts'
import type { Finding } from './problem.ts'
import { limitsOf } from './limits.ts'
import { routeRulesOf } from './route-rules.ts'
import { readNamedFile, type Reading } from './secret.ts'
import { upstreamSideOf } from './upstream-side.ts'

/** First path segments that are ours: no route may be called like one. */
const RESERVED = new Set([
  'oauth',
  'sign-in',
  'sign-out',
  'interaction',
  'device',
  'attempts',
  'grants',
  'keys',
  'reviews',
  'account',
  'apps',
  'upstream',
  'token',
  'well-known',
  'favicon',
  'robots',
  'api',
  'admin',
])

interface Found extends Reading {
  readonly warnings: Finding[]
  readonly vocabulary: Vocabulary
  /** By what judges and the text: routes that say the same share one policy. */
  readonly compiled: Map<string, ReturnType<typeof compilePolicy>>
}

export interface CompiledRoutes {
  /** What is allowed but probably not meant. */
  readonly warnings: readonly Finding[]
  readonly routes: ReadonlyMap<string, ConfiguredRoute>
}

/** What is wrong goes into the reading's findings. */
export function compileRoutes(
  documents: readonly RouteDocument[],
  addressing: Addressing,
  reading: Reading & { readonly vocabulary: Vocabulary; readonly fileOf: (path: Finding['path']) => string },
): CompiledRoutes {
  const routes = new Map<string, ConfiguredRoute>()
  const { findings } = reading
  const warnings: Finding[] = []
  const compiled: Found['compiled'] = new Map()
  for (const [index, document] of documents.entries()) {
    const at = ['routes', index]
    const found: Found = { ...reading, warnings, compiled, file: reading.fileOf(at) }
    const key = routeKey(document.from, addressing)
    const policy = compileAt(document.policy, [...at, 'policy'], { ...found, judges: 'calls' })
    const upstream = upstreamOf(document, at, found)
    const to = upstream?.kind === 'fixed' ? upstream.url : undefined
    // What is wrong with "to" was said already, and would be said again of what needs it.
    const side = document.to !== undefined && to === undefined ? undefined : upstreamSideOf(document, to, at, found)
    const rules = routeRulesOf(document, document.to === undefined ? 'over_ssh' : 'at_an_address', at, found)
    if (typeof key !== 'string') findings.push({ path: [...at, 'from'], ...key })
    else if (routes.has(key))
      findings.push({ path: [...at, 'from'], message: `"${document.from}" is another route's address already` })
    else if (policy !== undefined && upstream !== undefined && side !== undefined)
      routes.set(key, {
        key,
        policy,
        policyAt: [...at, 'policy'],
        upstream,
        side,
        rules,
        recordArguments: document.audit?.arguments,
        limits: limitsOf(document.limits, key, { path: [...at, 'limits'], findings }),
      })
  }
  return { routes, warnings }
}

/** No policy, no access: a route without one is a mistake, not an open door. */
function compileAt(
  data: unknown,
  path: Finding['path'],
  found: Found & { readonly judges: 'calls' | 'serving' },
): Policy | undefined {
  const { findings, warnings } = found
  if (data === undefined) {
    findings.push({
      path,
      message: 'The route has no policy, so nobody could use it',
      hint: 'add "policy: [{ allow: { and: [{ authenticated_user: true }] } }]"',
    })
    return undefined
  }
  const policy = compiledOnce(data, found)
  const placed = (problem: PolicyProblem): Finding => ({ ...problem, path: [...path, ...problem.path] })
  if (policy.ok) {
    warnings.push(...policy.value.warnings.map(placed))
    return policy.value
  }
  findings.push(...policy.error.map(placed))
  return undefined
}

function compiledOnce(
  data: unknown,
  { vocabulary, judges, compiled }: Found & { readonly judges: 'calls' | 'serving' },
): ReturnType<typeof compilePolicy> {
  const text = `${judges} ${JSON.stringify(data)}`
  const known = compiled.get(text)
  if (known !== undefined) return known
  const policy = compilePolicy(data, { ...vocabulary, judges })
  // JSON writes `.inf` and `.nan` as null, too: what may be one of them is shared with nobody.
  if (!text.includes('null')) compiled.set(text, policy)
  return policy
}

function upstreamOf(
  document: RouteDocument,
  at: Finding['path'],
  found: Found,
): ConfiguredRoute['upstream'] | undefined {
  const { findings } = found
  if ((document.to === undefined) === (document.upstream_tunnel === undefined)) {
    findings.push({
      path: at,
      message: 'A route needs either "to" or "upstream_tunnel"',
      hint: '"to" is a fixed address, "upstream_tunnel" is served over SSH',
    })
    return undefined
  }
  if (document.to === undefined) {
    const servePolicy = compileAt(document.upstream_tunnel?.ssh_policy, [...at, 'upstream_tunnel', 'ssh_policy'], {
      ...found,
      judges: 'serving',
    })
    return servePolicy && { kind: 'tunnel', servePolicy }
  }
  const url = new URL(document.to)
  if (!isBare(url)) {
    findings.push({
      path: [...at, 'to'],
      message: `Cannot forward to "${document.to}"`,
      hint: 'use http://HOST:PORT or https://HOST[:PORT], without a path',
    })
    return undefined
  }
  const authorityPem = authorityOf(document, url, { at, reading: found })
  return { kind: 'fixed', url, authorityPem, revision: revisionOf(url, authorityPem) }
}

const revisionOf = (url: URL, authorityPem: string | undefined): string =>
  base32(
    createHash('sha256')
      .update(`${url.href}\0${authorityPem ?? ''}`)
      .digest(),
  ).slice(0, 10)

/** An origin and nothing else. */
const isBare = ({ protocol, pathname, search, hash, username, password }: URL): boolean =>
  (protocol === 'http:' || protocol === 'https:') && pathname + search + hash + username + password === '/'

function authorityOf(
  document: RouteDocument,
  to: URL,
  { at, reading }: { readonly at: Finding['path']; readonly reading: Reading },
): string | undefined {
  if (document.tls_custom_ca_file === undefined) return undefined
  const path = [...at, 'tls_custom_ca_file']
  if (to.protocol === 'http:') {
    reading.findings.push({ path, message: 'An authority has no meaning for plain HTTP', hint: 'write https in "to"' })
  }
  const pem = readNamedFile(document.tls_custom_ca_file, path, reading)
  if (pem === undefined || isCertificate(pem)) return pem
  reading.findings.push({ path, message: 'The file holds no PEM certificate' })
  return undefined
}

function routeKey(from: string, addressing: Addressing): string | Omit<Finding, 'path'> {
  const url = new URL(from)
  const { publicUrl } = addressing
  if (addressing.mode === 'path') {
    const segment = /^\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/?$/.exec(url.pathname)?.[1]
    if (url.origin !== publicUrl.origin || segment === undefined) {
      return { message: `"${from}" is no address of this gateway`, hint: `in path mode it is ${publicUrl.origin}/NAME` }
    }
    if (RESERVED.has(segment)) return { message: `"${segment}" is a reserved name` }
    if (tunnelNameIn(segment) !== undefined) return { message: `"${segment}" looks like a personal tunnel's name` }
    return segment
  }
  if (url.protocol !== publicUrl.protocol || url.port !== publicUrl.port || url.pathname !== '/') {
    return {
      message: `"${from}" is no address of this gateway`,
      hint: `in host mode it is ${publicUrl.protocol}//HOST${publicUrl.port && `:${publicUrl.port}`}`,
    }
  }
  if (url.hostname === publicUrl.hostname) return { message: `"${url.hostname}" is the gateway's own host` }
  const label = url.hostname.endsWith(`.${addressing.tunnelDomain}`)
    ? url.hostname.slice(0, -addressing.tunnelDomain.length - 1)
    : undefined
  if (label === undefined) return url.hostname
  return tunnelNameIn(label) === undefined ? label : { message: `"${label}" looks like a personal tunnel's name` }
}
