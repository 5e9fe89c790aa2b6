import { getCACertificates } from 'node:tls'

import type { AuditEvent } from '../audit/event.ts'
import type { Settings } from '../config/settings.ts'
import { accessLogService, type AccessLogEntry } from '../grpc/access-log.ts'
import { adsService } from '../grpc/ads.ts'
import { extProcService } from '../grpc/ext-proc.ts'
import { openGrpcServer } from '../grpc/server.ts'
import type { Inspection } from '../inspect/inspection.ts'
import type { Replaceable } from '../kernel/current.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { FixedUpstream, Publication } from '../routes/publication.ts'
import { WEB_PATHS, WEB_PREFIXES } from '../web/server.ts'
import type { EdgePlan, FixedRoute } from '../xds/edge-plan.ts'
import { Xds } from '../xds/xds.ts'
import { completionOf } from '../authz/completion.ts'
import { RollOut } from './roll-out.ts'
import { SOCKETS, type Topics } from './topics.ts'

const MAX_BODY_BYTES = 4 * 1024 * 1024
const MAX_ANONYMOUS_BODY_BYTES = 64 * 1024

export interface EnvoySide {
  readonly xds: Xds
  /** Puts a publication into force: Envoy first, then everybody else, in one turn. Rejects with everything as it was. */
  apply(next: Publication): Promise<void>
}

/** Everything that Envoy is told or tells, but for the checks: xDS, the response side, the access log. */
export async function openEnvoySide(
  settings: Settings,
  publication: Replaceable<Publication>,
  ports: { topics: Topics; log: Log; inspect: () => Inspection; lifecycle: Lifecycle },
): Promise<EnvoySide> {
  const { topics, log, lifecycle } = ports
  const xds = new Xds({ log })
  const rollOut = lifecycle.own('roll-out', new RollOut(xds, planOf(settings, publication.value)))
  const inspect = extProcService(ports.inspect, log)
  const accessLog = accessLogService((entry: AccessLogEntry) => {
    const event: AuditEvent | undefined = completionOf(entry)
    if (event !== undefined) topics.events.publish(event)
  }, log)
  lifecycle.own('inspect', await openGrpcServer(SOCKETS.inspect, [inspect, accessLog]))
  lifecycle.own('xds', await openGrpcServer(SOCKETS.xds, [adsService(xds, log)]))
  return { xds, apply: (next) => rollOut.to(planOf(settings, next), () => publication.replace(next)) }
}

export function planOf(settings: Settings, publication: Publication): EdgePlan {
  const { addressing } = settings
  const routeHosts = addressing.mode === 'host' ? [...publication.routes.keys()].filter((key) => key.includes('.')) : []
  const fixedRoutes = [...publication.routes.values()].flatMap(({ key, upstream }) =>
    upstream.kind === 'fixed' ? [fixedRouteOf(key, upstream)] : [],
  )
  const needsAuthorities = fixedRoutes.some(({ tls }) => tls !== undefined && tls.authorityPem === undefined)
  return {
    listen: settings.listen,
    tls: settings.tls,
    ownHosts: [addressing.publicUrl.hostname],
    addressing: addressing.mode === 'path' ? { mode: 'path' } : { mode: 'host', tunnelDomain: addressing.tunnelDomain },
    routeHosts,
    fixedRoutes,
    // The same that our own requests trust: Envoy may run in an image that has none.
    ...(needsAuthorities ? { authoritiesPem: getCACertificates('default').join('\n') } : {}),
    webPrefixes: WEB_PREFIXES,
    webPaths: WEB_PATHS,
    sockets: {
      web: SOCKETS.web,
      control: SOCKETS.inspect,
      approvals: SOCKETS.approvals,
      authorizers: [SOCKETS.authorizer],
    },
    maxBodyBytes: MAX_BODY_BYTES,
    maxAnonymousBodyBytes: MAX_ANONYMOUS_BODY_BYTES,
  }
}

function fixedRouteOf(key: string, { url, authorityPem, revision }: FixedUpstream): FixedRoute {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const server = { key, host, ...(revision === undefined ? {} : { revision }) }
  if (url.protocol === 'http:') return { ...server, port: Number(url.port || 80) }
  return { ...server, port: Number(url.port || 443), tls: { authorityPem } }
}
