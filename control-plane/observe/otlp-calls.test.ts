import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import type { CallRecord } from '../audit/call-record.ts'
import { silentLog } from '../kernel/log.ts'
import { Secret } from '../kernel/secret.ts'
import { otlpCalls } from './otlp-calls.ts'

const record: CallRecord = {
  requestId: 'r1',
  atMs: 1_700_000_000_000,
  route: 'team',
  path: '/team/mcp',
  clientAddress: '10.0.0.1',
  caller: { userId: 'usr_a', email: 'ann@example.com', clientId: 'cli_a', grantId: 'grt_a', scopes: ['mcp'] },
  session: 'ses_1',
  era: 'legacy',
  trace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true },
  httpMethod: 'POST',
  method: 'tools/call',
  tool: 'drop',
  resource: undefined,
  prompt: undefined,
  arguments: { kind: 'hash', sha256: 'abc' },
  requestBytes: 120,
  verdict: 'refuse',
  rule: 'deny sallyport.yaml:8:11',
  reasons: ['deny', 'mcp-tool-match'],
  outcome: { httpStatus: 200, isError: false },
}

interface Posted {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function collector(status: number): Promise<{ url: URL; posted: Posted[] } & AsyncDisposable> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      posted.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`),
    posted,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a collector gets each record as an OTLP log, with the headers that it wants, at the latest when we stop', async () => {
  await using receiver = await collector(200)
  const calls = otlpCalls({ endpoint: receiver.url, headers: { 'x-api-key': new Secret('key-1') } }, silentLog)

  await calls.write([record, { ...record, requestId: 'r2', verdict: 'allow', trace: undefined }])
  await calls[Symbol.asyncDispose]()

  expect(receiver.posted).toHaveLength(1)
  const [{ url, headers, body } = { url: '', headers: {}, body: '{}' }] = receiver.posted
  expect([url, headers['x-api-key']]).toEqual(['/v1/logs', 'key-1'])
  const sent = JSON.parse(body) as {
    resourceLogs: { resource: unknown; scopeLogs: { logRecords: Record<string, unknown>[] }[] }[]
  }
  const [first, second] = sent.resourceLogs[0]?.scopeLogs[0]?.logRecords ?? []
  expect(sent.resourceLogs[0]?.resource).toMatchObject({
    attributes: expect.arrayContaining([{ key: 'service.name', value: { stringValue: 'sallyport' } }]),
  })
  expect(first).toMatchObject({
    timeUnixNano: '1700000000000000000',
    severityNumber: 13,
    eventName: 'sallyport.call',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    attributes: expect.arrayContaining([
      { key: 'mcp.method.name', value: { stringValue: 'tools/call' } },
      { key: 'gen_ai.tool.name', value: { stringValue: 'drop' } },
      { key: 'http.response.status_code', value: { intValue: 200 } },
      { key: 'sallyport.rule', value: { stringValue: 'deny sallyport.yaml:8:11' } },
    ]),
  })
  expect(second).toMatchObject({ severityNumber: 9 })
  expect(second?.['traceId'] ?? '').toBe('')
})

test('a collector that refuses is a warning in the log', async () => {
  await using receiver = await collector(400)
  const warned: string[] = []
  const calls = otlpCalls(
    { endpoint: receiver.url, headers: {} },
    { ...silentLog, warn: (event) => warned.push(event) },
  )

  await calls.write([record])
  await calls[Symbol.asyncDispose]()

  expect(warned).toEqual(['audit.export_failed'])
})
