import { examine } from '../doctor/examine.ts'
import type { Report } from '../doctor/finding.ts'
import { httpProbe } from '../doctor/probe.ts'
import { Fault } from '../kernel/fault.ts'

export { exitCodeOf } from '../doctor/finding.ts'
export { tableOf } from '../doctor/table.ts'

export function doctor(url: string): Promise<Report> {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return examine(url, httpProbe)
  const hint = 'write it like "https://calm-otter-4821.example.com/mcp"'
  throw new Fault('config.url', `"${url}" is no URL of an MCP server`, { hint })
}
