import { agentClient, PROMPT, SERVER } from './agent.ts'
import { TOOL } from './stage.ts'

/** `claude mcp login` needs a terminal, and no account. */
export const claudeCode = agentClient({
  name: 'claude-code',
  version: '2.1.330',
  package: '@anthropic-ai/claude-code',
  command: 'claude',
  env: (model) => ({
    ANTHROPIC_BASE_URL: model.origin,
    ANTHROPIC_API_KEY: 'none',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Tools are shown to the model at once, and not only when it searches for them.
    ENABLE_TOOL_SEARCH: 'false',
  }),
  configure: ({ url, run }) => run('mcp', 'add', '--transport', 'http', SERVER, url),
  login: ['mcp', 'login', SERVER],
  loginTerminal: true,
  loggedIn: /Authenticated with/,
  call: ['-p', '--model', 'scripted', '--allowedTools', `mcp__${SERVER}__${TOOL}`, '--', PROMPT],
})
