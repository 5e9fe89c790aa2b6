import { stringify } from 'yaml'

import type { Resource } from '../../control-plane/xds/resource.ts'
import { readableAny } from '../../proto/readable.ts'
import type { JsonObject } from '../../proto/struct.ts'

/** Resources as a person reviews them: `type: resources`, in the order in which Envoy gets them. */
export function renderGolden(resources: readonly Resource[]): string {
  const documents: Record<string, JsonObject[]> = {}
  for (const { type, body } of resources) {
    const { '@type': _, ...fields } = readableAny(body)
    documents[type] = [...(documents[type] ?? []), fields]
  }
  return stringify(documents, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** The same as a static bootstrap: routes move into the listeners, certificates become static secrets. */
export function renderStatic(resources: readonly Resource[]): string {
  const of = (type: Resource['type']): JsonObject[] =>
    resources
      .filter((resource) => resource.type === type)
      .map(({ body }) => {
        const { '@type': _, ...fields } = readableAny(body)
        return fields
      })
  const [routes] = of('envoy.config.route.v3.RouteConfiguration')
  const bootstrap = {
    static_resources: {
      clusters: of('envoy.config.cluster.v3.Cluster'),
      listeners: of('envoy.config.listener.v3.Listener'),
      secrets: of('envoy.extensions.transport_sockets.tls.v3.Secret'),
    },
  }
  return JSON.stringify(bootstrap, (key, value: unknown) => {
    if (key === 'sds_config') return undefined
    if (typeof value !== 'object' || value === null || !('rds' in value)) return value
    const { rds: _, ...rest } = value
    return { ...rest, route_config: routes }
  })
}
