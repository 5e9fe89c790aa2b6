import { hash } from 'node:crypto'

/** Whose task it is. Its id alone would let anybody who learns of it read what it made. */
export interface OwnedTask {
  readonly route: string
  /** SHA-256 of the server's id: what is kept opens nothing. */
  readonly idHash: string
  readonly userId: string
  readonly clientId: string
  readonly expiresAtMs: number
}

export interface TaskStore {
  all(nowMs: number): Promise<readonly OwnedTask[]>
  put(task: OwnedTask): Promise<void>
  removeExpired(nowMs: number): Promise<void>
}

/** Of a task whose server does not say how long it is kept. */
const DEFAULT_LIFE_MS = 24 * 60 * 60_000
const MAX_LIFE_MS = 30 * 24 * 60 * 60_000
/** Results may be read a while after the server's own time. */
const GRACE_MS = 60 * 60_000
/** The oldest are forgotten beyond this, and then nobody's. */
const MAX_TASKS = 100_000

export function ownedTask(
  at: { readonly route: string; readonly userId: string; readonly clientId: string },
  task: { readonly taskId: string; readonly ttlMs: number | undefined },
  nowMs: number,
): OwnedTask {
  const lifeMs = Math.min(Math.max(0, task.ttlMs ?? DEFAULT_LIFE_MS), MAX_LIFE_MS)
  return { ...at, idHash: hash('sha256', task.taskId), expiresAtMs: nowMs + lifeMs + GRACE_MS }
}

/** A role's own copy of who made which task. */
export class TaskOwners {
  readonly #tasks = new Map<string, OwnedTask>()
  readonly #routes = new Set<string>()

  /** The first owner stays the owner as long as the task can live, whatever a server says later. */
  apply(task: OwnedTask, nowMs: number): boolean {
    const key = keyOf(task)
    const known = this.#tasks.get(key)
    if (known !== undefined && known.expiresAtMs > nowMs && !isSame(known, task)) return false
    this.#tasks.delete(key)
    this.#tasks.set(key, task)
    this.#routes.add(task.route)
    const [oldest] = this.#tasks.size > MAX_TASKS ? this.#tasks.keys() : []
    if (oldest !== undefined) this.#tasks.delete(oldest)
    return true
  }

  /**
   * Whether a task of this route is anybody's. Where none was ever made here there is none to keep, and the server says
   * itself that it has no tasks.
   */
  hasTasks(route: string): boolean {
    return this.#routes.has(route)
  }

  isOwner(
    who: { readonly route: string; readonly userId: string; readonly clientId: string },
    taskId: string,
    nowMs: number,
  ): boolean {
    const task = this.#tasks.get(keyOf({ route: who.route, idHash: hash('sha256', taskId) }))
    return task !== undefined && task.expiresAtMs > nowMs && isSame(task, who)
  }
}

const keyOf = ({ route, idHash }: Pick<OwnedTask, 'route' | 'idHash'>): string => `${idHash} ${route}`

const isSame = (a: Pick<OwnedTask, 'userId' | 'clientId'>, b: Pick<OwnedTask, 'userId' | 'clientId'>): boolean =>
  a.userId === b.userId && a.clientId === b.clientId
