import type { Difference } from '../catalogue/difference.ts'
import type { HeldCall } from './held-call.ts'

/** Something that waits for a person. */
export type Review =
  | { readonly kind: 'call'; readonly id: string; readonly route: string; readonly call: HeldCall }
  | {
      readonly kind: 'tool'
      readonly id: string
      readonly route: string
      readonly tool: string
      /** Of what would be approved: an answer to another definition approves nothing. */
      readonly hash: string
      readonly isNew: boolean
      readonly differences: readonly Difference[]
    }

export type ReviewChange =
  | { readonly kind: 'opened'; readonly review: Review }
  | { readonly kind: 'closed'; readonly id: string }

export interface ReviewAnswer {
  readonly userId: string
  readonly allow: boolean
  /** For further calls of the same tool by the same client; 0 is once. */
  readonly forMs: number
}

/** What terminals and pages see of it. Who may not decide about something does not learn of it. */
export interface Reviews {
  open(userId: string): readonly Review[]
  /** What is open now comes before it returns. Returns the function that unsubscribes. */
  watch(who: { readonly userId: string; readonly route: string }, listener: (change: ReviewChange) => void): () => void
  /** False where nothing of that id waits for this person. */
  answer(id: string, answer: ReviewAnswer): boolean
}
