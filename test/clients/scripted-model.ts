import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { TOOL, TOOL_TEXT } from './stage.ts'

/**
 * Programs that are agents call a tool only when their model says so. This one stands in for the model, in the three
 * protocols that they speak: it asks for the tool once, and repeats what came of it.
 */
export interface ScriptedModel extends AsyncDisposable {
  readonly origin: string
}

export async function startScriptedModel(): Promise<ScriptedModel> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request.url ?? '', Buffer.concat(chunks).toString('utf8'), response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(target: string, body: string, response: ServerResponse): void {
  const dialect = DIALECTS.find(({ path }) => path.test(target))
  if (dialect === undefined) {
    response.writeHead(404).end()
    return
  }
  const tool = body.includes(TOOL_TEXT) ? undefined : new RegExp(`"name":"([\\w-]*${TOOL})"`).exec(body)?.[1]
  const said = body.includes(TOOL_TEXT) ? TOOL_TEXT : `There is no tool ${TOOL}`
  const events = tool === undefined ? dialect.say(said) : dialect.call(tool, body)
  if (!/"stream": ?true|alt=sse/.test(body + target) && dialect.whole !== undefined) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(dialect.whole(said)))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) {
    const type = dialect.named ? `event: ${String(event['type'])}\n` : ''
    response.write(`${type}data: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}

type Event = Readonly<Record<string, unknown>>
interface Dialect {
  readonly path: RegExp
  /** Whether events carry their type on a line of their own. */
  readonly named: boolean
  say(text: string): readonly Event[]
  call(tool: string, body: string): readonly Event[]
  /** For who does not ask for a stream. */
  whole?(text: string): Event
}

const USAGE = { input_tokens: 1, output_tokens: 1, total_tokens: 2 }

const responses: Dialect = {
  path: /\/responses$/,
  named: true,
  say: (text) =>
    finished({
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [] }],
    }),
  call(tool, body) {
    // Tools of one server are grouped, and called by the group's name and their own.
    const namespace =
      /"type":"namespace"[^[]*?"name":"(mcp__[\w-]+)"|"name":"(mcp__[\w-]+)"[^[]*?"type":"namespace"/.exec(body)
    const group = namespace?.[1] ?? namespace?.[2]
    return finished({
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name: tool,
      ...(group === undefined ? {} : { namespace: group }),
      arguments: '{}',
    })
  },
}

const finished = (item: Event): readonly Event[] => [
  { type: 'response.created', response: { id: 'resp_1' } },
  { type: 'response.output_item.done', output_index: 0, item },
  { type: 'response.completed', response: { id: 'resp_1', output: [item], usage: USAGE } },
]

const messages: Dialect = {
  path: /\/messages(?:\?|$)/,
  named: true,
  say: (text) => block({ type: 'text', text: '' }, { type: 'text_delta', text }, 'end_turn'),
  call: (tool) =>
    block(
      { type: 'tool_use', id: 'toolu_1', name: tool, input: {} },
      { type: 'input_json_delta', partial_json: '{}' },
      'tool_use',
    ),
  whole: (text) => ({ ...MESSAGE, content: [{ type: 'text', text }], stop_reason: 'end_turn' }),
}

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'scripted',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
}

const block = (content_block: Event, delta: Event, stop_reason: string): readonly Event[] => [
  { type: 'message_start', message: MESSAGE },
  { type: 'content_block_start', index: 0, content_block },
  { type: 'content_block_delta', index: 0, delta },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 1 } },
  { type: 'message_stop' },
]

const generateContent: Dialect = {
  path: /:(?:streamG|g)enerateContent/,
  named: false,
  say: (text) => [candidate({ text })],
  call: (tool) => [candidate({ functionCall: { name: tool, args: {} } })],
  whole: (text) => candidate({ text }),
}

const candidate = (part: Event): Event => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
})

const DIALECTS: readonly Dialect[] = [responses, messages, generateContent]
