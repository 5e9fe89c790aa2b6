/** Port: when each route was last served, so that "offline since" is true after a restart too. Times in milliseconds. */
export interface TunnelStore {
  cameUp(route: string, userId: string, nowMs: number): Promise<void>
  wentDown(route: string, nowMs: number): Promise<void>
  /** Every known route with the last moment at which it was known to be served. */
  offlineSince(): Promise<readonly (readonly [string, number])[]>
}
