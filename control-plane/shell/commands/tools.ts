import { differencesOf, statusOf } from '../../catalogue/difference.ts'
import type { ToolRecord } from '../../catalogue/tool-store.ts'
import { shortText } from '../../kernel/short-text.ts'
import { EXIT, type Command } from '../command.ts'
import { table } from '../table.ts'

const MAX_VALUE_TEXT = 200

export const tools: Command = {
  name: 'tools',
  usage: '[TUNNEL] [--diff]',
  summary: 'the tools that your servers have shown; --diff says what changed since they were approved',
  flags: ['diff'],
  words: [0, 1],
  async run(given, { user, ports }, output) {
    const [route] = given.words
    if (route !== undefined && !ports.isServedBy(user, route)) {
      output.problem(`You serve no tunnel "${route}"`)
      return EXIT.failed
    }
    const known = ports.toolsOf(user, route)
    const withDiff = given.has('diff')
    if (given.has('json')) {
      for (const tool of known) {
        await output.ready()
        output.json(toolJson(tool, withDiff))
      }
      return EXIT.ok
    }
    if (known.length === 0)
      output.line('No tools are known: they are kept where "tools" or a rule of the configuration looks at them')
    const lines = table(known.map((tool) => [tool.route, tool.name, statusOf(tool), approvedText(tool)]))
    for (const [index, tool] of known.entries()) {
      await output.ready()
      output.line(lines[index] ?? '')
      if (withDiff) for (const line of differenceLines(tool)) output.line(`    ${line}`)
    }
    return EXIT.ok
  },
}

const approvedText = ({ approvedAtMs, approvedBy }: ToolRecord): string =>
  approvedAtMs === undefined ? '' : `approved ${new Date(approvedAtMs).toISOString()} by ${approvedBy ?? ''}`

const differenceLines = (tool: ToolRecord): readonly string[] =>
  statusOf(tool) === 'changed'
    ? differencesOf(tool).map(({ path, from, to }) => `${path}: ${valueText(from)} -> ${valueText(to)}`)
    : []

const valueText = (value: unknown): string =>
  value === undefined ? 'nothing' : shortText(JSON.stringify(value), MAX_VALUE_TEXT)

const toolJson = (tool: ToolRecord, withDiff: boolean): object => ({
  route: tool.route,
  tool: tool.name,
  status: statusOf(tool),
  hash: tool.seenHash,
  first_seen: new Date(tool.firstSeenAtMs).toISOString(),
  changed: new Date(tool.changedAtMs).toISOString(),
  ...(tool.approvedAtMs !== undefined && {
    approved: new Date(tool.approvedAtMs).toISOString(),
    approved_by: tool.approvedBy,
  }),
  ...(withDiff && statusOf(tool) === 'changed' && { differences: differencesOf(tool) }),
})
