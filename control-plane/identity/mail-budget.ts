import { Budget } from './budget.ts'

const HOUR_MS = 60 * 60_000

/** How much mail strangers can make us send: to one address, from one network, and both together. */
export class MailBudget {
  readonly #pair = new Budget({ limit: 5, windowMs: HOUR_MS })
  readonly #network = new Budget({ limit: 30, windowMs: HOUR_MS })
  readonly #address = new Budget({ limit: 20, windowMs: HOUR_MS })

  /** `purpose` keeps the kinds apart: who uses up one leaves the others. */
  take(mail: { readonly purpose: string; readonly to: string; readonly network: string }, nowMs: number): boolean {
    const { purpose, to, network } = mail
    return (
      this.#pair.take(`${purpose} ${to} ${network}`, nowMs) &&
      this.#network.take(network, nowMs) &&
      this.#address.take(`${purpose} ${to}`, nowMs)
    )
  }
}
