import type { CallStore } from '../audit/call-record.ts'
import { CallJournal, type RecordSink } from '../audit/journal.ts'
import type { AuditSettings, OtlpSettings } from '../config/audit.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import { callFiles } from '../observe/call-files.ts'
import { auditStore } from '../store/audit-store.ts'
import type { Store } from '../store/open.ts'
import type { Topics } from './topics.ts'

const FOLDER = 'audit'
const HOUSEKEEPING_MS = 10 * 60_000
/** Removed at once: others wait for the database as long. */
const CHUNK = 1000

/** Hears every event from here on. Closed after all that tell of calls, and before the store. */
export function openAudit(
  settings: AuditSettings,
  ports: { store: Store; topics: Topics; clock: Clock; log: Log; lifecycle: Lifecycle },
): { readonly calls: CallStore } {
  const { clock, log, lifecycle, topics } = ports
  const calls = auditStore(ports.store.db)
  const files = callFiles(FOLDER)
  const sinks: RecordSink[] = settings.jsonLines ? [files] : []
  if (settings.otlp !== undefined) sinks.push(exporterWhenNeeded(settings.otlp, { log, lifecycle }))
  const journal = lifecycle.own('audit', new CallJournal({ store: calls, sinks, clock, log }))
  topics.events.subscribe((event) => journal.hear(event))

  lifecycle.own(
    'audit housekeeping',
    openHousekeeping(async (isStopped) => {
      const beforeMs = clock.nowMs() - settings.retentionMs
      while (!isStopped() && (await calls.removeBefore(beforeMs, CHUNK)) === CHUNK);
      await files.removeBefore(beforeMs)
    }, log),
  )
  return { calls }
}

/** Now and from time to time, never twice at once. */
function openHousekeeping(removeOld: (isStopped: () => boolean) => Promise<void>, log: Log): AsyncDisposable {
  let isStopped = false
  let removing: Promise<void> | undefined
  const run = (): void => {
    removing ??= removeOld(() => isStopped)
      .catch((cause: unknown) => log.error('audit.housekeeping_failed', { reason: messageOf(cause) }))
      .finally(() => {
        removing = undefined
      })
  }
  run()
  const timer = setInterval(run, HOUSEKEEPING_MS)
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true
      clearInterval(timer)
      await removing
    },
  }
}

/** The library is large, and most installations have no collector: it is loaded with the first record. */
function exporterWhenNeeded(settings: OtlpSettings, ports: { log: Log; lifecycle: Lifecycle }): RecordSink {
  let opening: Promise<RecordSink & AsyncDisposable> | undefined
  ports.lifecycle.own('otlp', { [Symbol.asyncDispose]: async () => (await opening)?.[Symbol.asyncDispose]() })
  return {
    async write(records) {
      opening ??= import('../observe/otlp-calls.ts').then(({ otlpCalls }) => otlpCalls(settings, ports.log))
      await (await opening).write(records)
    },
  }
}
