import { Budget } from './budget.ts'

const MINUTE_MS = 60_000
const WINDOW_MS = 15 * MINUTE_MS

/** Somebody is about to try a secret of an account. */
export interface Attempt {
  /** The address as it was typed, in lower case: whether anybody has it makes no difference. */
  readonly account: string
  /** As `neighbourhoodOf` writes it. */
  readonly network: string
  /** The browser has signed in to this account before, and proves it by its sealed cookie. */
  readonly device: string | undefined
}

/**
 * How often passwords and codes may be tried. Strangers are limited for each account, each network, and both together. A
 * browser that has been in this account before has a budget of its own, so that nobody keeps the owner out by guessing.
 */
export class SignInAttempts {
  readonly #devices = new Budget({ limit: 10, windowMs: WINDOW_MS })
  readonly #strangers = {
    pair: new Budget({ limit: 5, windowMs: WINDOW_MS }),
    network: new Budget({ limit: 60, windowMs: WINDOW_MS }),
    account: new Budget({ limit: 50, windowMs: 60 * MINUTE_MS }),
  }

  /** Counts the try before it is made, so that many at once are not more than many in a row. */
  begin(attempt: Attempt, nowMs: number): 'go' | 'wait' {
    const taken: (readonly [Budget, string])[] = []
    for (const [budget, key] of this.#budgetsOf(attempt)) {
      if (!budget.take(key, nowMs)) {
        for (const [earlier, earlierKey] of taken) earlier.giveBack(earlierKey)
        return 'wait'
      }
      taken.push([budget, key])
    }
    return 'go'
  }

  /** It was right: it costs nothing. */
  succeeded(attempt: Attempt): void {
    for (const [budget, key] of this.#budgetsOf(attempt)) budget.giveBack(key)
  }

  /** The owner has proven the address: what strangers have spent is no longer held against the account. */
  forgive(account: string): void {
    this.#strangers.account.forget(account)
  }

  #budgetsOf({ account, network, device }: Attempt): readonly (readonly [Budget, string])[] {
    if (device !== undefined) return [[this.#devices, `${device} ${account}`]]
    const { pair, account: total, network: all } = this.#strangers
    return [
      [pair, `${network} ${account}`],
      [all, network],
      [total, account],
    ]
  }
}
