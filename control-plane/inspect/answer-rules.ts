import type { AnswerFacts } from '../authz/answer-facts.ts'
import { inputAfterVerdict } from '../authz/answer-input.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { toolDefinition } from '../catalogue/definition.ts'
import type { Sighting } from '../catalogue/tool-pins.ts'
import type { Standing } from '../identity/standing.ts'
import { isRecord } from '../kernel/record.ts'
import { listedIn, type ListedItem } from '../mcp/list-answer.ts'
import { mayUse } from '../policy/decide.ts'
import { NOTHING_NAMED } from '../policy/input.ts'
import { watchesTools, type Route } from '../routes/publication.ts'
import { ownedTask, type OwnedTask, type TaskOwners } from '../tasks/task-owners.ts'
import { listRule } from './list-rule.ts'
import { inOrder, pass, type MessageRule } from './message-rule.ts'
import { redactionRule } from './redaction-rule.ts'
import { taskRule } from './task-rule.ts'
import { serverRequestRule } from './server-request-rule.ts'

/** The inspector's copies; the authorizer has the same. */
export interface AnswerWorld {
  readonly standing: Standing
  readonly catalogue: Catalogue
  /** Heard by the pins before it returns, so that the answer is judged by what it shows. */
  readonly see: (sighting: Sighting) => void
  readonly tasks: TaskOwners
  /** Heard before the answer goes on, so that its task can be named at once. */
  readonly own: (task: OwnedTask) => void
}

/** What happens to the messages of one answer, in this order. */
export function answerRule(
  route: Route,
  facts: AnswerFacts,
  context: AnswerWorld & { readonly nowMs: number },
): MessageRule {
  const { serverRequests, redact } = route.rules
  return inOrder([
    // First, because a request of the server ends the call.
    ...(serverRequests === undefined ? [] : [serverRequestRule(serverRequests)]),
    // Before the list is cut: what is hidden from one caller was shown by the server all the same.
    ...(watchesTools(route) ? [sightingRule(route, context.see)] : []),
    listRule((item) => isFor(item, route, facts, context)),
    taskRule({
      created: (task) => context.own(ownedTask(ownerOf(route, facts), task, context.nowMs)),
      isTheirs: (taskId) =>
        facts.method !== 'tasks/list' || context.tasks.isOwner(ownerOf(route, facts), taskId, context.nowMs),
    }),
    ...(redact === undefined ? [] : [redactionRule(redact)]),
  ])
}

const ownerOf = (route: Route, { caller }: AnswerFacts) => ({
  route: route.key,
  userId: caller?.userId ?? '',
  clientId: caller?.clientId ?? '',
})

const sightingRule =
  (route: Route, see: AnswerWorld['see']): MessageRule =>
  (message) => {
    const { result } = message
    const tools = isRecord(result) ? listedIn(result).filter(({ kind }) => kind === 'tools') : []
    if (tools.length > 0) {
      see({
        route: route.key,
        terms: route.rules.tools,
        tools: tools.map(({ name, definition }) => toolDefinition(name, definition)),
        hasMore: isRecord(result) && typeof result['nextCursor'] === 'string',
      })
    }
    return pass(message)
  }

/** The method by which a caller uses what a list shows. */
const USE_OF = {
  tools: 'tools/call',
  prompts: 'prompts/get',
  resources: 'resources/read',
  resourceTemplates: 'resources/read',
} as const

/** Whether this caller could use it, as far as that can be said before they name arguments. */
function isFor(
  item: ListedItem,
  route: Route,
  facts: AnswerFacts,
  { standing, catalogue, nowMs }: AnswerWorld & { readonly nowMs: number },
): boolean {
  const tool = item.kind === 'tools' ? item.name : undefined
  if (tool !== undefined && catalogue.problemWith(route.rules.tools, { route: route.key, name: tool }) !== undefined)
    return false
  // A list may hold a name twice: what is shown must be what was approved, not stand beside it.
  if (tool !== undefined && route.rules.tools.changes === 'block') {
    const { hash } = toolDefinition(tool, item.definition)
    if (catalogue.find(route.key, tool)?.approvedHash !== hash) return false
  }
  const mcp = {
    ...NOTHING_NAMED,
    method: USE_OF[item.kind],
    tool,
    annotations: tool === undefined ? undefined : catalogue.find(route.key, tool)?.hints,
    prompt: item.kind === 'prompts' ? item.name : undefined,
    resource: item.kind === 'resources' ? item.name : undefined,
    resourceTemplate: item.kind === 'resourceTemplates' ? item.name : undefined,
  }
  const input = inputAfterVerdict(facts, { standing, mcp, nowMs })
  return input !== undefined && mayUse(route.policy, input)
}
