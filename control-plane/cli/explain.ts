import { Fault } from '../kernel/fault.ts'
import { isRecord } from '../kernel/record.ts'
import type { Configuration } from '../config/load.ts'
import { explain, type Explanation } from '../policy/explain.ts'
import { inputOf, type Hypothetical } from '../policy/hypothetical.ts'
import { printPolicy } from '../policy/print.ts'
import type { Truth } from '../policy/truth.ts'
import { RouteTable, type ConfiguredRoute, type SharingView } from '../routes/publication.ts'
import { shareIdAt } from '../sharing/share.ts'

export interface ExplainOptions {
  readonly route: string
  readonly user?: string
  readonly groups?: string
  readonly claim?: readonly string[]
  readonly client?: string
  readonly scope?: readonly string[]
  readonly method?: string
  readonly tool?: string
  readonly args?: string
  readonly annotation?: readonly string[]
  readonly resource?: string
  readonly prompt?: string
  readonly address?: string
  readonly at?: string
  readonly json?: true
}

/** What the policy of the configuration would say, and why: text, or JSON where that was asked for. */
export function explainText(
  configuration: Configuration,
  options: ExplainOptions,
  now: { readonly nowMs: number; readonly shares: SharingView | undefined },
): string {
  const configured = routeOf(configuration, options.route)
  const table = new RouteTable(configuration.publication, () => undefined, now.shares)
  const route = { ...configured, policy: table.find(configured.key)?.policy ?? configured.policy }
  const explanation = explain(route.policy, inputOf(hypotheticalOf(options), now.nowMs))
  const placeOf = (path: readonly (string | number)[]): string =>
    shareIdAt(path) ?? configuration.placeOf([...route.policyAt, ...path])
  if (options.json !== true) return render(explanation, placeOf)
  const blocks = explanation.blocks.map((block) => ({
    ...block,
    place: placeOf(block.path),
    criteria: block.criteria.map((criterion) => ({ ...criterion, place: placeOf(criterion.path) })),
  }))
  return `${JSON.stringify({ ...explanation.decision, blocks, policy: printPolicy(route.policy) }, null, 2)}\n`
}

export function routeOf({ publication }: Configuration, key: string): ConfiguredRoute {
  const route = publication.routes.get(key)
  if (route !== undefined) return route
  const known = [...publication.routes.keys()]
  const hint = known.length === 0 ? 'the configuration has no routes' : `routes: ${known.join(', ')}`
  throw new Fault('config.route', `There is no route "${key}"`, { hint })
}

function hypotheticalOf(options: ExplainOptions): Hypothetical {
  const { user, groups, claim = [] } = options
  const claims: Record<string, string[]> = {}
  for (const pair of claim) {
    const [name = '', value] = pair.split(/=(.*)/s)
    if (value === undefined)
      throw new Fault('config.option', `"${pair}" is no claim`, { hint: 'write --claim NAME=VALUE' })
    claims[name] = [...(claims[name] ?? []), value]
  }
  const atMs = options.at === undefined ? undefined : Date.parse(options.at)
  if (Number.isNaN(atMs)) {
    throw new Fault('config.option', `"${options.at}" is no time`, { hint: 'such as 2026-12-31T18:00:00Z' })
  }
  return {
    ...(user === undefined
      ? {}
      : { user: { ...(user.includes('@') ? { email: user } : { id: user }), groups: groups?.split(','), claims } }),
    client: options.client,
    scopes: options.scope,
    method: options.method,
    tool: options.tool,
    resource: options.resource,
    prompt: options.prompt,
    arguments: argumentsOf(options.args),
    annotations: annotationsOf(options.annotation),
    address: options.address,
    atMs,
  }
}

/** Undefined: the tool is not in the catalogue. */
function annotationsOf(written: readonly string[] | undefined): Hypothetical['annotations'] {
  const hints = written?.map((text): readonly [string, boolean] => {
    const [, name, value] = /^(readOnly|destructive|idempotent|openWorld)(?:Hint)?=(true|false)$/.exec(text) ?? []
    if (name === undefined) {
      throw new Fault('config.option', `"${text}" is no annotation`, { hint: 'such as --annotation readOnlyHint=true' })
    }
    return [`${name}Hint`, value === 'true']
  })
  return hints && Object.fromEntries(hints)
}

function argumentsOf(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    // Said below.
  }
  throw new Fault('config.option', `The arguments are no JSON object: ${text}`, {
    hint: `such as --args '{"path": "a"}'`,
  })
}

const MARK: Readonly<Record<Truth, string>> = { yes: 'true', no: 'false', open: 'open', unclear: 'unclear' }

function render({ decision, blocks }: Explanation, placeOf: (path: readonly (string | number)[]) => string): string {
  const scopes = decision.missingScopes
  const verdict = decision.allowed ? 'ALLOW' : scopes === undefined ? 'DENY' : `STEP UP to ${scopes.join(', ')}`
  const lines = blocks.flatMap((block) => [
    '',
    `${block.decides ? '→' : ' '} ${block.action} ${block.operator}: ${MARK[block.truth]}   ${placeOf(block.path)}`,
    ...block.criteria.map(
      ({ name, truth, reason, path }) => `    ${name}: ${MARK[truth]} (${reason})   ${placeOf(path)}`,
    ),
  ])
  const none = blocks.some(({ decides }) => decides) ? [] : ['', '  No rule allows it.']
  return [verdict, ...lines, ...none, ''].join('\n')
}
