import { ROOT_CONTEXT, SeverityNumber, trace, TraceFlags, type Attributes, type Context } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'

import { isDenial, type CallRecord } from '../audit/call-record.ts'
import type { RecordSink } from '../audit/journal.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'

/** While a collector is away, this many wait for it; then the newest are dropped, and stay in the store. */
const MAX_WAITING = 10_000
const DELAY_MS = 1000
const TIMEOUT_MS = 10_000

/** Posts records as OTLP logs (JSON over HTTP). Import it only where a collector is configured: the library is large. */
export function otlpCalls(
  settings: { readonly endpoint: URL; readonly headers: Readonly<Record<string, Secret<string>>> },
  log: Log,
): RecordSink & AsyncDisposable {
  const headers = Object.fromEntries(Object.entries(settings.headers).map(([name, value]) => [name, value.reveal()]))
  const exporter = watched(
    new OTLPLogExporter({ url: settings.endpoint.href, headers, timeoutMillis: TIMEOUT_MS }),
    (reason) => log.warn('audit.export_failed', { reason }),
  )
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': 'sallyport' }),
    processors: [new BatchLogRecordProcessor({ exporter, maxQueueSize: MAX_WAITING, scheduledDelayMillis: DELAY_MS })],
  })
  const logger = provider.getLogger('sallyport.audit')
  return {
    async write(records) {
      for (const record of records) {
        logger.emit({
          eventName: 'sallyport.call',
          timestamp: record.atMs,
          severityNumber: isDenial(record) ? SeverityNumber.WARN : SeverityNumber.INFO,
          body: `${record.method ?? record.httpMethod} ${record.verdict}`,
          attributes: attributesOf(record),
          context: contextOf(record),
        })
      }
    },
    [Symbol.asyncDispose]: () => provider.shutdown(),
  }
}

/** The library keeps failures to itself. */
function watched(exporter: LogRecordExporter, failed: (reason: string) => void): LogRecordExporter {
  return {
    export(records, done) {
      exporter.export(records, (result) => {
        if (result.error !== undefined) failed(messageOf(result.error))
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  }
}

/** The record belongs to the caller's trace, where it has one. */
function contextOf({ trace: parent }: CallRecord): Context {
  if (parent === undefined) return ROOT_CONTEXT
  const { traceId, spanId, sampled } = parent
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  })
}

/** Names of the semantic conventions where they have one. */
export function attributesOf({ caller, outcome, ...record }: CallRecord): Attributes {
  const given = record.arguments
  const attributes: Attributes = {
    'http.request.method': record.httpMethod,
    'http.request.body.size': record.requestBytes,
    'http.response.status_code': outcome.httpStatus,
    'url.path': record.path,
    'client.address': record.clientAddress,
    'user.id': caller?.userId,
    'user.email': caller?.email,
    'mcp.method.name': record.method,
    'mcp.session.id': record.session,
    'mcp.resource.uri': record.resource,
    'gen_ai.tool.name': record.tool,
    'gen_ai.prompt.name': record.prompt,
    'sallyport.request_id': record.requestId,
    'sallyport.route': record.route,
    'sallyport.client_id': caller?.clientId,
    'sallyport.era': record.era,
    'sallyport.verdict': record.verdict,
    'sallyport.rule': record.rule,
    'sallyport.reasons': [...record.reasons],
    'sallyport.arguments': given && (given.kind === 'hash' ? given.sha256 : JSON.stringify(given.value)),
    'sallyport.arguments.kind': given?.kind,
    'sallyport.is_error': outcome.isError,
    'sallyport.approval': outcome.approval,
    'sallyport.duration_ms': outcome.durationMs,
    'sallyport.bytes_in': outcome.bytesIn,
    'sallyport.bytes_out': outcome.bytesOut,
  }
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== ''))
}
