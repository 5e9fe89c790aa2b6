import type { FastifyInstance } from 'fastify'

import { differencesOf, statusOf } from '../catalogue/difference.ts'
import type { ToolPins } from '../catalogue/tool-pins.ts'
import type { ToolRecord } from '../catalogue/tool-store.ts'
import { field, type Fields } from './fields.ts'

interface Query {
  readonly Querystring: { readonly route?: string; readonly name?: string }
}

/** What servers have shown, how it differs from what was approved, and the approval of whoever owns the data folder. */
export function controlTools(app: FastifyInstance, pins: ToolPins): void {
  app.get<Query>('/tools', async ({ query }) => pins.list(query.route).map(summaryOf))
  app.get<Query>('/tools/diff', async ({ query }, reply) => {
    const tool = pins.list(query.route).find(({ name }) => name === query.name)
    if (tool === undefined) return reply.code(404).send({ message: NO_TOOL })
    return { ...summaryOf(tool), differences: differencesOf(tool) }
  })
  app.post<{ Body: Fields }>('/tools/approve', async ({ body }, reply) => {
    const route = field(body, 'route')
    const wanted: unknown = body['names']
    const known = pins.list(route)
    const names = Array.isArray(wanted) && wanted.length > 0 ? wanted.map(String) : known.map(({ name }) => name)
    const unknown = names.filter((name) => known.every((tool) => tool.name !== name))
    if (names.length === 0 || unknown.length > 0) {
      return reply.code(404).send({ message: unknown.length === 0 ? NO_TOOL : `${NO_TOOL}: ${unknown.join(', ')}` })
    }
    const hash = 'hash' in body ? field(body, 'hash') : undefined
    if (hash !== undefined && names.length !== 1)
      return reply.code(409).send({ message: 'A hash is of one tool: name it' })
    const approved = await Promise.all(names.map((name) => pins.approve({ route, name, hash }, 'operator')))
    const failed = names.filter((_, index) => approved[index] === undefined)
    if (failed.length > 0) return reply.code(409).send({ message: `Not approved: ${failed.join(', ')}. ${WHY_NOT}` })
    return { approved: names }
  })
}

const WHY_NOT = 'The server shows another definition now (see "tools diff"), or one that is too long to be kept'
const NO_TOOL = 'This route has not shown such a tool, as far as it is watched'

const summaryOf = (tool: ToolRecord): object => ({
  route: tool.route,
  name: tool.name,
  status: statusOf(tool),
  hash: tool.seenHash,
  approvedBy: tool.approvedBy,
  changedAt: new Date(tool.changedAtMs).toISOString(),
})
