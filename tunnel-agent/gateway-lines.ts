/**
 * What the gateway tells a session without a terminal, as lines for people. The one place that reads them; a gateway
 * with a stream of events for machines would be read here instead.
 */

/**
 * The command of the session of the agent's nth connection. Connections that name themselves serve side by side, and one of
 * another agent with the same name takes its place.
 */
export const linesCommand = (number: number): string => `instance=agent-${number + 1}`

export type GatewayWord =
  /** An address answers. */
  | { readonly kind: 'url'; readonly url: string }
  /** Another connection serves what this one served. */
  | { readonly kind: 'taken_over'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'line'; readonly text: string }

const URL_LINE = /^(https?:\/\/\S+) -> \S/
const TAKEN_OVER = /was taken over by another connection/
const REFUSED = /^Forward refused: (.+)/
/** Of a route that the configuration no longer gives to this person. */
const WITHDRAWN = /^The configuration has changed: /

export function wordOf(line: string): GatewayWord {
  const url = URL_LINE.exec(line)?.[1]
  if (url !== undefined) return { kind: 'url', url }
  if (TAKEN_OVER.test(line)) return { kind: 'taken_over', text: line }
  const refused = REFUSED.exec(line)?.[1] ?? (WITHDRAWN.test(line) ? line : undefined)
  return refused === undefined ? { kind: 'line', text: line } : { kind: 'refused', text: refused }
}

const MAX_LINE = 4096

/** Puts chunks together to lines. A line without an end is cut rather than collected. */
export function lineReader(read: (line: string) => void): (chunk: Buffer | string) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = (lines.pop() ?? '').slice(0, MAX_LINE)
    for (const line of lines) if (line.trim() !== '') read(line.replace(/\r$/, '').slice(0, MAX_LINE))
  }
}
