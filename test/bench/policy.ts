/** How many decisions a second one core makes about a policy of 20 rules: the best and the worst case, and a denial. */
import { compilePolicy } from '../../control-plane/policy/compile.ts'
import { decide } from '../../control-plane/policy/decide.ts'
import { NOTHING_NAMED, type PolicyInput } from '../../control-plane/policy/input.ts'

const ROUNDS = 1_000_000

/** Two rules deny, seventeen name a group and some tools, the last one a person and an argument. */
export const POLICY = [
  { deny: { or: [{ domain: 'evil.example' }, { mcp_tool: { starts_with: 'internal_' } }] } },
  { deny: { and: [{ mcp_tool: 'delete_file' }, { groups: { exclude: 'admins' } }] } },
  ...Array.from({ length: 17 }, (_, index) => ({
    allow: { and: [{ groups: `team-${index}` }, { mcp_tool: { in: [`read_${index}`, `list_${index}`] } }] },
  })),
  {
    allow: {
      and: [{ email: 'ann@example.com' }, { mcp_tool: 'write' }, { 'mcp_argument/path': { path_within: '/srv' } }],
    },
  },
]

const call = (email: string, tool: string, groups: readonly string[]): PolicyInput => ({
  caller: { userId: `usr_${email}`, email, clientId: 'c', scopes: ['mcp'], claims: { groups } },
  http: { method: 'POST', path: '/team/mcp', clientAddress: '192.0.2.1' },
  mcp: { ...NOTHING_NAMED, method: 'tools/call', tool, arguments: { path: '/srv/a' } },
  atMs: 0,
})

const CASES: readonly (readonly [string, PolicyInput])[] = [
  ['first allow rule', call('bob@example.com', 'read_0', ['team-0', 'all'])],
  ['middle allow rule', call('bob@example.com', 'read_9', ['team-9', 'all'])],
  ['last allow rule, with a path', call('ann@example.com', 'write', ['all'])],
  ['denied by a rule', call('eve@evil.example', 'read_0', ['team-0', 'all'])],
  ['no rule allows it', call('bob@example.com', 'write', ['all'])],
]

export function benchPolicy(): void {
  const policy = compilePolicy(POLICY)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  console.log(`\n20-rule policy${' '.repeat(14)}decisions/s`)
  for (const [name, input] of CASES) {
    const run = (): number => {
      const started = performance.now()
      for (let round = 0; round < ROUNDS; round += 1) decide(policy.value, input)
      return (ROUNDS / (performance.now() - started)) * 1000
    }
    run()
    console.log(`${name.padEnd(28)}${Math.round(run()).toLocaleString('en').padStart(11)}`)
  }
}

if (import.meta.main) benchPolicy()
