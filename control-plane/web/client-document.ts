import type { FastifyInstance } from 'fastify'

/**
 * What we are, for authorization servers that fetch it (client ID metadata documents). One document for each route, with that
 * route's callback alone: a server that is not to be trusted cannot have another's answer sent to itself.
 */
export function clientDocumentRoutes(
  app: FastifyInstance,
  ports: {
    readonly publicOrigin: string
    readonly routes: ReadonlySet<string>
    readonly metadataOf: (redirectUri: string) => Readonly<Record<string, unknown>>
  },
): void {
  app.get<{ Params: { route: string } }>('/oauth/client-metadata/upstream/:route', async (request, reply) => {
    const { route } = request.params
    if (!ports.routes.has(route)) return reply.code(404).send({ error: 'not_found' })
    return reply.header('cache-control', 'public, max-age=300').send({
      client_id: `${ports.publicOrigin}/oauth/client-metadata/upstream/${route}`,
      client_uri: ports.publicOrigin,
      ...ports.metadataOf(`${ports.publicOrigin}/upstream/callback/${route}`),
      token_endpoint_auth_method: 'none',
    })
  })
}
