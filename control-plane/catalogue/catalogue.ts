import type { ToolHints } from './definition.ts'

/** One tool of one route, as far as a verdict needs it. */
export interface PinnedTool {
  readonly route: string
  readonly name: string
  /** Of the definition that the server showed last. */
  readonly seenHash: string
  /** Of the one that was approved; undefined where none was. */
  readonly approvedHash: string | undefined
  readonly hints: ToolHints
}

export interface ToolTerms {
  readonly changes: 'allow' | 'warn' | 'block'
  readonly unknown: 'allow' | 'deny'
}

/** Why a tool must not be shown or called; undefined where it may. */
export type ToolProblem = 'tool-unknown' | 'tool-not-approved' | 'tool-changed'

/** The tools that servers have shown, by route. A copy: the pins write it. */
export class Catalogue {
  readonly #routes = new Map<string, Map<string, PinnedTool>>()

  apply(tool: PinnedTool): void {
    const tools = this.#routes.get(tool.route)
    if (tools === undefined) this.#routes.set(tool.route, new Map([[tool.name, tool]]))
    else tools.set(tool.name, tool)
  }

  find(route: string, name: string): PinnedTool | undefined {
    return this.#routes.get(route)?.get(name)
  }

  toolsOf(route: string): readonly PinnedTool[] {
    return [...(this.#routes.get(route)?.values() ?? [])]
  }

  /** The definition that counts is the one that the server showed last: to whom does not matter. */
  problemWith(terms: ToolTerms, tool: { readonly route: string; readonly name: string }): ToolProblem | undefined {
    const isBlocking = terms.changes === 'block'
    const needsApproval = isBlocking || terms.unknown === 'deny'
    if (!needsApproval) return undefined
    const pinned = this.find(tool.route, tool.name)
    if (pinned === undefined) return 'tool-unknown'
    if (pinned.approvedHash === undefined) return 'tool-not-approved'
    return isBlocking && pinned.approvedHash !== pinned.seenHash ? 'tool-changed' : undefined
  }
}
