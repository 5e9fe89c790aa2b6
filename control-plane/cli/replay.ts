import type { CallRecord } from '../audit/call-record.ts'
import type { Configuration } from '../config/load.ts'
import { usesToolAnnotations } from '../policy/compile.ts'
import { decide, type Decision } from '../policy/decide.ts'
import type { PolicyInput, ToolAnnotations } from '../policy/input.ts'
import { decideWithoutArguments } from '../policy/partial.ts'
import { tunnelNameIn, type ConfiguredRoute } from '../routes/publication.ts'
import { printable } from './printable.ts'

type Verdict = 'allow' | 'refuse' | 'step_up'

/** Calls that would come out in the same other way. */
export interface Change {
  readonly who: string
  readonly route: string
  /** Tool, resource, prompt or method. */
  readonly what: string
  readonly from: Verdict
  readonly to: Verdict | 'cannot be told'
  /** The rule that decides now: `deny new.yaml:9:7`, or why there is none. */
  readonly rule: string
  count: number
}

export interface Replayed {
  readonly judged: number
  readonly unchanged: number
  /** Most frequent first. */
  readonly changes: readonly Change[]
  /** The verdict hangs on arguments, or on names, that were not recorded in full. */
  readonly unknown: readonly Change[]
  readonly skipped: {
    /** Not settled by a policy: offline, no session, no token, a limit. */
    readonly notByPolicy: number
    /** Tunnels that no file speaks of. */
    readonly personal: number
  }
}

/** Claims of people as they are now; undefined for somebody who is gone. */
type ClaimsOf = (userId: string) => Readonly<Record<string, readonly string[]>> | undefined

/** What is known of people and tools now, for calls of then. */
export interface Known {
  readonly claimsOf: ClaimsOf
  /** Of the tool as the server showed it last; undefined where nobody looked. */
  readonly hintsOf: (route: string, tool: string) => ToolAnnotations | undefined
}

/** Judges recorded calls by the policies of another configuration. */
export class Replay {
  readonly #configuration: Configuration
  readonly #known: Known
  readonly #changes = new Map<string, Change>()
  readonly #unknown = new Map<string, Change>()
  #judged = 0
  #unchanged = 0
  #notByPolicy = 0
  #personal = 0

  constructor(configuration: Configuration, known: Known) {
    this.#configuration = configuration
    this.#known = known
  }

  judge(record: CallRecord): void {
    const from = verdictOf(record)
    const route = this.#configuration.publication.routes.get(record.route)
    if (from === undefined) this.#notByPolicy += 1
    else if (route === undefined && tunnelNameIn(record.route) !== undefined) this.#personal += 1
    else {
      this.#judged += 1
      this.#compare(record, from, route)
    }
  }

  result(): Replayed {
    const byCount = (changes: ReadonlyMap<string, Change>): readonly Change[] =>
      [...changes.values()].toSorted((a, b) => b.count - a.count)
    return {
      judged: this.#judged,
      unchanged: this.#unchanged,
      changes: byCount(this.#changes),
      unknown: byCount(this.#unknown),
      skipped: { notByPolicy: this.#notByPolicy, personal: this.#personal },
    }
  }

  #compare(record: CallRecord, from: Verdict, route: ConfiguredRoute | undefined): void {
    const common = { who: whoOf(record), route: record.route, what: whatOf(record), from }
    if (route === undefined) {
      if (from === 'allow') count(this.#changes, { ...common, to: 'refuse', rule: 'the route is gone' })
      else this.#unchanged += 1
      return
    }
    const decision = this.#decide(record, route)
    if (decision === undefined) {
      count(this.#unknown, { ...common, to: 'cannot be told', rule: '' })
      return
    }
    const to = decision.allowed ? 'allow' : decision.missingScopes !== undefined && record.caller ? 'step_up' : 'refuse'
    // What arguments hide of scopes is no change: refused is refused.
    const isSame = to === from || (to === 'refuse' && from === 'step_up' && !isWhole(record))
    if (isSame) this.#unchanged += 1
    else count(this.#changes, { ...common, to, rule: this.#ruleOf(decision, route) })
  }

  /** Undefined where it cannot be told. */
  #decide(record: CallRecord, { policy }: ConfiguredRoute): Decision | undefined {
    const names = [record.tool, record.resource, record.prompt, record.method]
    if (names.some((name) => name !== undefined && name.length > MAX_NAME) || record.path.length >= MAX_NAME) {
      return undefined
    }
    // What they are about stands further down in the message than records go.
    if (record.method === 'completion/complete' || record.method === 'subscriptions/listen') return undefined
    const input = this.#inputOf(record)
    // A catalogue begins with the first list after a rule asks for it.
    const lacksHints = record.tool !== undefined && input.mcp.annotations === undefined
    if (lacksHints && usesToolAnnotations(policy)) return undefined
    return isWhole(record) ? decide(policy, input) : decideWithoutArguments(policy, input)
  }

  #inputOf(record: CallRecord): PolicyInput {
    const { caller, route, method, tool, resource, prompt, arguments: given } = record
    const annotations = tool === undefined ? undefined : this.#known.hintsOf(route, tool)
    const takesArguments = method === 'tools/call' || method === 'prompts/get'
    const recorded = given?.kind === 'full' ? given.value : {}
    return {
      caller: caller && {
        userId: caller.userId,
        email: caller.email,
        clientId: caller.clientId,
        scopes: caller.scopes,
        claims: this.#known.claimsOf(caller.userId) ?? {},
      },
      http: { method: record.httpMethod, path: record.path, clientAddress: record.clientAddress },
      mcp: { method, tool, resource, prompt, annotations, arguments: takesArguments ? recorded : undefined },
      atMs: record.atMs,
    }
  }

  #ruleOf({ decidedBy }: Decision, { policyAt }: ConfiguredRoute): string {
    if (decidedBy === undefined) return 'no rule allows it'
    return `${decidedBy.action} ${this.#configuration.placeOf([...policyAt, ...decidedBy.path])}`
  }
}

/** Longer names are cut in the record. */
const MAX_NAME = 1024

const isWhole = ({ method, arguments: given }: CallRecord): boolean =>
  (method !== 'tools/call' && method !== 'prompts/get') || given?.kind === 'full'

/** What the policy of then had said; undefined where something else settled the call. */
function verdictOf({ verdict, rule, caller }: CallRecord): Verdict | undefined {
  // What people share stands in no file.
  if (rule === undefined || rule.startsWith('share ')) return undefined
  if (verdict === 'allow') return 'allow'
  if (rule.startsWith('allow')) return undefined
  if (verdict === 'refuse') return 'refuse'
  if (verdict === 'challenge') return caller === undefined ? 'refuse' : 'step_up'
  return undefined
}

const whoOf = ({ caller }: CallRecord): string => (caller ? caller.email || caller.clientId : 'nobody')
const whatOf = ({ tool, resource, prompt, method, httpMethod }: CallRecord): string =>
  tool ?? resource ?? prompt ?? method ?? httpMethod

function count(changes: Map<string, Change>, change: Omit<Change, 'count'>): void {
  const key = JSON.stringify(change)
  const known = changes.get(key)
  if (known === undefined) changes.set(key, { ...change, count: 1 })
  else known.count += 1
}

export function replayText(replayed: Replayed): string {
  const { judged, unchanged, changes, unknown, skipped } = replayed
  const total = (list: readonly Change[]): number => list.reduce((sum, each) => sum + each.count, 0)
  const lines = [...changes, ...unknown].map(
    ({ from, to, who, route, what, rule, count: times }) =>
      `  ${times}×  ${from} → ${to}  ${[who, route, what, rule].map(printable).join('  ').trimEnd()}`,
  )
  const summary = [
    `${judged} calls judged: ${unchanged} as before, ${total(changes)} would change, ${total(unknown)} cannot be told`,
    `skipped: ${skipped.notByPolicy} not settled by a policy, ${skipped.personal} of personal tunnels`,
  ]
  return `${[...lines, ...summary].join('\n')}\n`
}
