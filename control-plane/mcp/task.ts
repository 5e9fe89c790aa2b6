import { isRecord } from '../kernel/record.ts'
import type { Message } from './message.ts'

/** MCP's extension for work that goes on after its answer (SEP-2663). */
const EXTENSION = 'io.modelcontextprotocol/tasks'
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities'

type Result = Readonly<Record<string, unknown>>

/** A task that an answer says was made. */
export interface CreatedTask {
  readonly taskId: string
  /** How long the server keeps it; undefined where it does not say. */
  readonly ttlMs: number | undefined
}

/** In an answer of 2025-11-25 (`task: {…}`) or of the extension (`resultType: "task"`, flat). */
export function createdTaskIn(result: Result): CreatedTask | undefined {
  const task = isRecord(result['task']) ? result['task'] : result['resultType'] === 'task' ? result : undefined
  const taskId = task?.['taskId']
  if (typeof taskId !== 'string' || taskId === '') return undefined
  const ttl = task?.['ttlMs'] ?? task?.['ttl']
  return { taskId, ttlMs: typeof ttl === 'number' ? ttl : undefined }
}

/** Whether a call may be answered by a task: it asks for one, or its client says that it can take one. */
export function mayMakeTask(message: Message | undefined): boolean {
  if (message?.kind !== 'request' || message.method !== 'tools/call') return false
  if (message.params['task'] !== undefined) return true
  const meta = message.params['_meta']
  return isRecord(meta) && hasExtension(meta[CAPABILITIES_KEY])
}

/** Whether a handshake opens a session in which any call may be answered by a task. */
export const negotiatesTasks = (message: Message | undefined): boolean =>
  message?.kind === 'request' && message.method === 'initialize' && hasExtension(message.params['capabilities'])

const hasExtension = (capabilities: unknown): boolean => {
  const extensions = isRecord(capabilities) ? capabilities['extensions'] : undefined
  return isRecord(extensions) && Object.hasOwn(extensions, EXTENSION)
}

/** A list of tasks (2025-11-25) with only those that `isTheirs`; the same object where nothing had to go. */
export function filterTasks(result: Result, isTheirs: (taskId: string) => boolean): Result {
  const { tasks } = result
  if (!Array.isArray(tasks)) return result
  const kept = tasks.filter((task: unknown) => {
    const taskId = isRecord(task) ? task['taskId'] : undefined
    return typeof taskId === 'string' && isTheirs(taskId)
  })
  return kept.length === tasks.length ? result : { ...result, tasks: kept }
}
