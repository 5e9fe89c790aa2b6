import { readFile, writeFile } from 'node:fs/promises'

import { agentClient, PROMPT, SERVER } from './agent.ts'

const TOKENS = '.gemini/mcp-oauth-tokens.json'

/** Signs in by its slash command, which it also takes as a prompt. */
export const geminiCli = agentClient({
  name: 'gemini-cli',
  version: '0.61.0',
  package: '@google/gemini-cli',
  command: 'gemini',
  env: (model) => ({
    GOOGLE_GEMINI_BASE_URL: model.origin,
    GEMINI_API_KEY: 'none',
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
  }),
  configure: ({ home, url }) =>
    home.write(
      '.gemini/settings.json',
      JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
        mcpServers: { [SERVER]: { httpUrl: url } },
      }),
    ),
  login: ['-p', `/mcp auth ${SERVER}`],
  loginTerminal: true,
  loginQuestion: /Do you want to continue\?/,
  loggedIn: /Successfully authenticated/,
  call: ['-m', 'gemini-2.5-flash', '--yolo', '-p', PROMPT],
  // It refreshes by its own clock, and answers a 401 by telling the person to sign in.
  async age({ home }) {
    const path = home.path(TOKENS)
    const kept = await readFile(path, 'utf8')
    await writeFile(path, kept.replace(/"expiresAt": \d+/, '"expiresAt": 1'))
  },
})
