import { agentClient, PROMPT, SERVER } from './agent.ts'

const configuration = (url: string, model: string): string => `
model = "scripted"
model_provider = "scripted"

[model_providers.scripted]
name = "scripted"
base_url = "${model}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0

[mcp_servers.${SERVER}]
url = "${url}"
`

/** `codex mcp login` needs no account. */
export const codex = agentClient({
  name: 'codex',
  version: '0.169.0',
  package: '@openai/codex',
  command: 'codex',
  configure: ({ home, url, model }) => home.write('.codex/config.toml', configuration(url, model.origin)),
  login: ['mcp', 'login', SERVER],
  loggedIn: /Successfully logged in/,
  call: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', PROMPT],
})
