/**
 * A small MCP server to try Sallyport on: one tool that rolls dice, and a widget that shows the roll.
 * Start it with `npm run example`; it listens on http://localhost:8080/mcp, which is where `ssh -R 0` leads.
 */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:http'

import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

import { WIDGET } from './widget.ts'

const PORT = Number(process.env['PORT'] ?? 8080)
const WIDGET_URI = 'ui://dice/roll.html'

function createDice(): McpServer {
  const server = new McpServer({ name: 'dice', version: '1.0.0' })
  server.registerTool(
    'roll_dice',
    {
      title: 'Roll dice',
      description: 'Rolls up to twenty dice and shows them',
      inputSchema: z.object({
        count: z.int().min(1).max(20).default(2),
        sides: z.int().min(2).max(100).default(6),
      }),
      annotations: { readOnlyHint: true },
      // MCP Apps: a client that can show widgets fetches this resource and gives it the tool's result.
      _meta: { ui: { resourceUri: WIDGET_URI } },
    },
    ({ count, sides }) => {
      const rolls = Array.from({ length: count }, () => randomInt(1, sides + 1))
      const total = rolls.reduce((sum, roll) => sum + roll, 0)
      return {
        content: [{ type: 'text', text: `Rolled ${rolls.join(', ')}: ${total} in total` }],
        structuredContent: { rolls, sides, total },
      }
    },
  )
  server.registerResource(
    'Dice widget',
    WIDGET_URI,
    { description: 'Shows a roll', mimeType: 'text/html;profile=mcp-app' },
    () => ({ contents: [{ uri: WIDGET_URI, mimeType: 'text/html;profile=mcp-app', text: WIDGET }] }),
  )
  return server
}

const handler = toNodeHandler(createMcpHandler(createDice))
const hostIsOurs = localhostHostValidation()
const originIsOurs = localhostOriginValidation()

const server = createServer((request, response) => {
  // Without these two checks any web page could talk to the server through your browser.
  if (!hostIsOurs(request, response) || !originIsOurs(request, response)) return
  if (new URL(request.url ?? '/', 'http://localhost').pathname === '/mcp') {
    void handler(request as Parameters<typeof handler>[0], response)
  } else {
    response.writeHead(404).end()
  }
})
// A gateway keeps its connections longer than Node's five seconds; closing one under it would lose a request.
server.keepAliveTimeout = 120_000
server.listen(PORT, '127.0.0.1', () => console.log(`Dice are ready at http://localhost:${PORT}/mcp`))
