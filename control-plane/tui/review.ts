import type { Review } from '../approvals/review.ts'
import type { Difference } from '../catalogue/difference.ts'
import { printable } from './printable.ts'

/** A review as lines; everything in it is a stranger's text. */
export interface ReviewStatus {
  readonly id: string
  readonly kind: Review['kind']
  readonly title: string
  readonly lines: readonly string[]
  /** Undefined: it waits as long as it takes. */
  readonly expiresAtMs: number | undefined
}

export function reviewStatus(review: Review): ReviewStatus {
  if (review.kind === 'call') {
    const { caller, tool, argumentsText, clientAddress, expiresAtMs } = review.call
    const who = caller === undefined ? 'Nobody in particular' : caller.email || caller.userId
    const client = caller === undefined ? '' : ` with ${printable(caller.clientId)}`
    return {
      id: review.id,
      kind: 'call',
      title: `${printable(who)}${client} from ${printable(clientAddress)} calls ${printable(tool)}`,
      lines: argumentsText.split('\n').map(printable),
      expiresAtMs,
    }
  }
  const { tool, isNew, differences } = review
  return {
    id: review.id,
    kind: 'tool',
    title: isNew ? `The server shows a new tool: ${printable(tool)}` : `The tool ${printable(tool)} is not what it was`,
    lines: differences.flatMap(differenceLines),
    expiresAtMs: undefined,
  }
}

const differenceLines = ({ path, from, to }: Difference): readonly string[] => [
  printable(path),
  ...(from === undefined ? [] : [`- ${printable(JSON.stringify(from))}`]),
  ...(to === undefined ? [] : [`+ ${printable(JSON.stringify(to))}`]),
]
