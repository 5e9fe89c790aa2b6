import { compilePolicy, type Policy } from '../policy/compile.ts'
import type { PolicyProblem } from '../policy/problem.ts'
import type { Addressing } from '../routes/addressing.ts'
import { tunnelNameIn, type ConfiguredRoute } from '../routes/publication.ts'
import type { RouteDocument } from './document.ts'
import type { Finding } from './problem.ts'

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
  'token',
  'well-known',
  'favicon',
  'robots',
  'api',
  'admin',
])

export interface CompiledRoutes {
  readonly routes: ReadonlyMap<string, ConfiguredRoute>
  readonly findings: readonly Finding[]
}

export function compileRoutes(documents: readonly RouteDocument[], addressing: Addressing): CompiledRoutes {
  const routes = new Map<string, ConfiguredRoute>()
  const findings: Finding[] = []
  for (const [index, document] of documents.entries()) {
    const at = ['routes', index]
    const key = routeKey(document.from, addressing)
    const policy = compileAt(document.policy, [...at, 'policy'], findings)
    const upstream = upstreamOf(document, at, findings)
    if (typeof key !== 'string') findings.push({ path: [...at, 'from'], ...key })
    else if (routes.has(key))
      findings.push({ path: [...at, 'from'], message: `"${document.from}" is another route's address already` })
    else if (policy !== undefined && upstream !== undefined) routes.set(key, { key, policy, upstream })
  }
  return { routes, findings }
}

/** No policy, no access: a route without one is a mistake, not an open door. */
function compileAt(data: unknown, path: Finding['path'], findings: Finding[]): Policy | undefined {
  if (data === undefined) {
    findings.push({
      path,
      message: 'The route has no policy, so nobody could use it',
      hint: 'add "policy: [{ allow: { and: [{ authenticated_user: true }] } }]"',
    })
    return undefined
  }
  const policy = compilePolicy(data)
  if (policy.ok) return policy.value
  findings.push(...policy.error.map((problem: PolicyProblem) => ({ ...problem, path: [...path, ...problem.path] })))
  return undefined
}

function upstreamOf(
  document: RouteDocument,
  at: Finding['path'],
  findings: Finding[],
): ConfiguredRoute['upstream'] | undefined {
  if ((document.to === undefined) === (document.upstream_tunnel === undefined)) {
    findings.push({
      path: at,
      message: 'A route needs either "to" or "upstream_tunnel"',
      hint: '"to" is a fixed address, "upstream_tunnel" is served over SSH',
    })
    return undefined
  }
  if (document.to === undefined) {
    const servePolicy = compileAt(
      document.upstream_tunnel?.ssh_policy,
      [...at, 'upstream_tunnel', 'ssh_policy'],
      findings,
    )
    return servePolicy && { kind: 'tunnel', servePolicy }
  }
  const url = new URL(document.to)
  if (url.protocol === 'http:' && url.pathname === '/' && url.search === '') return { kind: 'fixed', url }
  findings.push({
    path: [...at, 'to'],
    message: `Cannot forward to "${document.to}"`,
    hint: 'use http://HOST:PORT, without a path',
  })
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
