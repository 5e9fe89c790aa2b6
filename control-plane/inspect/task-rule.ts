import { isRecord } from '../kernel/record.ts'
import { createdTaskIn, filterTasks, type CreatedTask } from '../mcp/task.ts'
import { pass, type MessageRule } from './message-rule.ts'

/** Notes whose task an answer makes before anybody can name it, and shows in a list of tasks only the caller's own. */
export const taskRule =
  (ports: {
    readonly created: (task: CreatedTask) => void
    readonly isTheirs: (taskId: string) => boolean
  }): MessageRule =>
  (message) => {
    const { result } = message
    if (!isRecord(result)) return pass(message)
    const task = createdTaskIn(result)
    if (task !== undefined) ports.created(task)
    const filtered = filterTasks(result, ports.isTheirs)
    return pass(filtered === result ? message : { ...message, result: filtered })
  }
