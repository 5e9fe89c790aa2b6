import type { Review } from '../approvals/review.ts'
import type { Difference } from '../catalogue/difference.ts'
import { visibleText } from '../kernel/visible-text.ts'

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
    const client = caller === undefined ? '' : ` with ${visibleText(caller.clientId)}`
    return {
      id: review.id,
      kind: 'call',
      title: `${visibleText(who)}${client} from ${visibleText(clientAddress)} calls ${visibleText(tool)}`,
      // The line ends are JSON's own: those within texts are escapes.
      lines: [argumentsText.replaceAll(/\n\s*/g, ' ')],
      expiresAtMs,
    }
  }
  const { tool, isNew, differences } = review
  return {
    id: review.id,
    kind: 'tool',
    title: isNew
      ? `The server shows a new tool: ${visibleText(tool)}`
      : `The tool ${visibleText(tool)} is not what it was`,
    lines: differences.flatMap(differenceLines),
    expiresAtMs: undefined,
  }
}

const differenceLines = ({ path, from, to }: Difference): readonly string[] => [
  visibleText(path),
  ...(from === undefined ? [] : [`- ${visibleText(JSON.stringify(from))}`]),
  ...(to === undefined ? [] : [`+ ${visibleText(JSON.stringify(to))}`]),
]
