/**
 * What all answers that are being read may hold together. Without it a server and its own client could fill the memory of
 * a gateway that others use, with answers that never end.
 */
export class MemoryBudget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  /** One holder's account, at nothing. */
  open(): MemoryAccount {
    let taken = 0
    return {
      hold: (bytes) => {
        if (bytes - taken > this.#left) return false
        this.#left -= bytes - taken
        taken = bytes
        return true
      },
    }
  }
}

export interface MemoryAccount {
  /** From now on so much, and not what it was before. False where there is no room for more: then nothing has changed. */
  hold(bytes: number): boolean
}
