/** One row for each tool that a route has shown. Definitions are canonical JSON. */
export interface ToolRecord {
  readonly route: string
  readonly name: string
  readonly seenHash: string
  readonly seenText: string
  readonly approvedHash: string | undefined
  readonly approvedText: string | undefined
  /** User id, `operator`, or `first-use`. */
  readonly approvedBy: string | undefined
  readonly approvedAtMs: number | undefined
  readonly firstSeenAtMs: number
  readonly changedAtMs: number
}

export interface ToolStore {
  all(): Promise<readonly ToolRecord[]>
  /** Writes the row, new or not. */
  put(tool: ToolRecord): Promise<void>
}
