import { agentClient, PROMPT, SERVER } from './agent.ts'

export const opencode = agentClient({
  name: 'opencode',
  version: '1.18.33',
  package: 'opencode-ai',
  command: 'opencode',
  configure: ({ home, url, model }) =>
    home.write(
      'opencode.json',
      JSON.stringify({
        autoupdate: false,
        share: 'disabled',
        permission: 'allow',
        model: 'anthropic/scripted',
        small_model: 'anthropic/scripted',
        provider: {
          anthropic: {
            options: { baseURL: `${model.origin}/v1`, apiKey: 'none' },
            models: { scripted: { name: 'scripted' } },
          },
        },
        mcp: { [SERVER]: { type: 'remote', url } },
      }),
    ),
  login: ['mcp', 'auth', SERVER],
  loggedIn: /Authentication successful/,
  call: ['run', PROMPT],
})
