import { subjectOf, type Message } from '../mcp/message.ts'
import { errorCode } from '../mcp/refusal.ts'
import { mayMakeTask } from '../mcp/task.ts'
import type { Identified } from './credentials.ts'
import type { Hearing } from './hearing.ts'
import { idOf } from './refusals.ts'
import type { Verdict } from './verdict.ts'

/** A task belongs to whom it was made for: who learns of its id can neither read nor end it. */
export function isStrangersTask(
  hearing: Hearing,
  message: Message | undefined,
  identified: Identified | undefined,
): boolean {
  if (message === undefined || message.kind === 'response' || !message.method.startsWith('tasks/')) return false
  const taskId = subjectOf(message)
  const { world, route, nowMs } = hearing
  const { userId = '', clientId = '' } = identified?.caller ?? {}
  if (taskId === undefined || !world.tasks.hasTasks(route.key)) return false
  return !world.tasks.isOwner({ route: route.key, userId, clientId }, taskId, nowMs)
}

/** What servers say of a task that there is not (MCP 2025-11-25, tasks): another's is none. */
export const taskNotFound = (message: Message | undefined): Verdict => ({
  kind: 'refuse',
  status: 200,
  rpcId: idOf(message),
  error: { code: errorCode.invalidParams, message: 'Task not found' },
  outcome: 'not_found',
})

/** Whether the answer may make a task, or list some: somebody has to see whose they are. */
export function isAboutTasks(
  { request }: Hearing,
  message: Message | undefined,
  session: { readonly mayMakeTasks: boolean } | undefined,
): boolean {
  const method = message === undefined || message.kind === 'response' ? undefined : message.method
  if (method === 'tasks/list' || mayMakeTask(message)) return true
  const isCallOrStream = method === 'tools/call' || request.method === 'GET'
  return session?.mayMakeTasks === true && isCallOrStream
}
