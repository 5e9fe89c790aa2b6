/** What it costs to read an answer: lists that are filtered, texts that are redacted. In this process, per MB of answer. */
import type { AnswerFacts } from '../../control-plane/authz/answer-facts.ts'
import { ANN, NOW_MS, worldOf, type WorldChanges } from '../../control-plane/authz/world.fixture.ts'
import { answerBody } from '../../control-plane/inspect/answer-body.ts'
import { answerRule } from '../../control-plane/inspect/answer-rules.ts'
import { compileRedactor, DETECTOR_NAMES } from '../../control-plane/redaction/redactor.ts'
import { NO_RULES } from '../../control-plane/routes/route-rules.ts'
import { bestMs } from './best.ts'

const MB = 1_000_000
/** As large as what Envoy sends at once. */
const CHUNK = 64 * 1024

const FACTS: AnswerFacts = {
  requestId: 'req-1',
  route: 'team',
  rpcId: 1,
  httpMethod: 'POST',
  path: '/team/mcp',
  clientAddress: '192.0.2.1',
  certificate: undefined,
  method: 'tools/list',
  subject: undefined,
  caller: { userId: ANN.id, clientId: 'cli_1', scopes: ['mcp'], grantId: 'grt_1', expiresAtMs: NOW_MS + 60_000 },
}

const WORDS = 'The quick brown fox reads 42 files of the project and writes a report about each of them. '

/** Like those of real servers: a paragraph and a schema of some properties, about a kilobyte. */
const tool = (index: number) => ({
  name: `${index % 2 === 0 ? 'read' : 'drop'}_${index}`,
  description: WORDS.repeat(5),
  inputSchema: {
    type: 'object',
    properties: Object.fromEntries(
      ['path', 'depth', 'pattern', 'encoding'].map((name) => [name, { type: 'string', description: WORDS }]),
    ),
    required: ['path'],
  },
})
const tools = (count: number): object => ({ tools: Array.from({ length: count }, (_, index) => tool(index)) })

/** Every tenth line has something, put together here so that nobody takes it for a lost key. */
const HITS = [['sk-', 'proj-', 'A1b2'.repeat(8)].join(''), 'ann.example@mail.example.com', '4111 1111 1111 1111']
const texts = (line: (index: number) => string): object => ({
  content: Array.from({ length: 100 }, (_, block) => ({
    type: 'text',
    text: Array.from({ length: 110 }, (_line, index) => line(block * 110 + index)).join('\n'),
  })),
})
const dull = texts(() => WORDS)
const full = texts((index) => (index % 10 === 0 ? `${WORDS}${HITS[(index / 10) % HITS.length]}` : WORDS))

const half = { policy: { allow: { and: [{ mcp_tool: { starts_with: 'read_' } }] } } }
const redacting: WorldChanges = { route: { rules: { ...NO_RULES, redact: compileRedactor(DETECTOR_NAMES) } } }

const CASES: readonly (readonly [string, object, WorldChanges])[] = [
  ['list of 100 tools, half hidden', tools(100), half],
  ['list of 1,000 tools, half hidden', tools(1000), half],
  ['redaction, nothing to find', dull, redacting],
  ['redaction, 1,100 secrets', full, redacting],
]

function chunksOf(bytes: Buffer): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, index) =>
    bytes.subarray(index * CHUNK, (index + 1) * CHUNK),
  )
}

export function benchAnswers(): void {
  console.log(`\nanswers${' '.repeat(33)}KB      ms per MB   parse + print   pass through   ratio`)
  for (const [name, result, changes] of CASES) {
    const world = { ...worldOf(changes), see: () => undefined, own: () => undefined, nowMs: NOW_MS }
    const route = world.routes.find('team')
    if (route === undefined) throw new Error('There is no route')
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result })
    const forms = [
      ['JSON', 'application/json', text],
      ['SSE', 'text/event-stream', `event: message\ndata: ${text}\n\n`],
    ] as const
    for (const [form, type, written] of forms) {
      const chunks = chunksOf(Buffer.from(written))
      const rule = answerRule(route, FACTS, world)
      const read = (): number => {
        const options = {
          rule,
          onText: String,
          rpcId: 1,
          requestId: 'req-1',
          maxBytes: 64 * MB,
          memory: { hold: () => true },
        }
        const body = answerBody(type, options)
        const out = [...chunks.flatMap((chunk) => body.push(chunk)), ...body.end()]
        return out.reduce((bytes, each) => bytes + each.length, 0)
      }
      if (read() < 1000) throw new Error(`${name}: the answer was refused`)
      const perMb = (ms: number): number => (ms * MB) / written.length
      const [ms, base, plain] = [
        perMb(bestMs(read)),
        perMb(bestMs(() => Buffer.from(JSON.stringify(JSON.parse(Buffer.from(text).toString()))))),
        perMb(bestMs(() => Buffer.concat(chunks))),
      ]
      console.log(
        `${`${name}, ${form}`.padEnd(40)}${String(Math.round(written.length / 1000)).padEnd(8)}${ms.toFixed(2).padStart(9)}${base.toFixed(2).padStart(16)}${plain.toFixed(2).padStart(15)}${(ms / base).toFixed(1).padStart(8)}`,
      )
    }
  }
}

if (import.meta.main) benchAnswers()
