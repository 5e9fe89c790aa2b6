import { NOTHING_NAMED, type PolicyInput, type ToolAnnotations } from './input.ts'

/** A call that somebody wonders about. What is left out is unknown or not there. */
export interface Hypothetical {
  readonly user?: {
    readonly email?: string | undefined
    readonly id?: string | undefined
    readonly groups?: readonly string[] | undefined
    readonly claims?: Readonly<Record<string, readonly string[]>> | undefined
  }
  readonly client?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly method?: string | undefined
  readonly tool?: string | undefined
  /** Of the tool; without them the catalogue does not know it. */
  readonly annotations?: ToolAnnotations | undefined
  readonly resource?: string | undefined
  readonly prompt?: string | undefined
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
  readonly address?: string | undefined
  readonly atMs?: number | undefined
}

/** What the authorizer would ask the policy for such a call. Without a user nobody is signed in. */
export function inputOf(asked: Hypothetical, nowMs: number): PolicyInput {
  const { user, tool, resource, prompt } = asked
  const method =
    asked.method ??
    (tool === undefined ? undefined : 'tools/call') ??
    (resource === undefined ? undefined : 'resources/read') ??
    (prompt === undefined ? undefined : 'prompts/get') ??
    'tools/list'
  const takesArguments = tool !== undefined || prompt !== undefined
  return {
    caller: user && {
      userId: user.id ?? '',
      email: user.email ?? '',
      clientId: asked.client ?? '',
      scopes: ['mcp', ...(asked.scopes ?? [])],
      claims: { ...user.claims, ...(user.groups === undefined ? {} : { groups: user.groups }) },
    },
    http: { method: 'POST', path: '', clientAddress: asked.address ?? '' },
    mcp: {
      ...NOTHING_NAMED,
      method,
      tool,
      resource,
      prompt,
      annotations: asked.annotations,
      arguments: takesArguments ? (asked.arguments ?? {}) : undefined,
    },
    atMs: asked.atMs ?? nowMs,
  }
}
