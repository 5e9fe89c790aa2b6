/** How each client is told about an MCP server, in the words of its own menus and command lines. */
export interface Guide {
  readonly client: string
  /** Steps, in order; a line that is to be copied as it stands has `code`. */
  readonly steps: readonly { readonly text: string; readonly code?: string }[]
}

/** A name that every client takes. */
const nameOf = (route: string): string => route.replaceAll(/[^a-z0-9-]/gi, '-').slice(0, 40)

type MakeGuide = (url: string, route: string) => Guide['steps']

const PASTE = 'Sign in on the page that opens, and allow it'

export const GUIDES: readonly { readonly client: string; readonly make: MakeGuide }[] = [
  {
    client: 'Claude Code',
    make: (url, route) => [
      { text: 'Run', code: `claude mcp add --transport http ${nameOf(route)} ${url}` },
      { text: 'In Claude Code type /mcp, choose the server and sign in' },
      { text: 'Ask for something that one of your tools can do' },
    ],
  },
  {
    client: 'Claude',
    make: (url) => [
      { text: 'Settings → Connectors → Add custom connector' },
      { text: 'Paste the URL and press Add', code: url },
      { text: `Press Connect. ${PASTE}` },
    ],
  },
  {
    client: 'ChatGPT',
    make: (url) => [
      { text: 'Settings → Apps & Connectors → Advanced settings: turn on developer mode' },
      { text: 'Create a connector with OAuth and this URL', code: url },
      { text: `${PASTE}, then choose the connector in a chat` },
    ],
  },
  {
    client: 'Codex',
    make: (url, route) => [
      { text: 'Run', code: `codex mcp add ${nameOf(route)} --url ${url}` },
      { text: 'Sign in', code: `codex mcp login ${nameOf(route)}` },
      { text: 'Ask Codex for something that one of your tools can do' },
    ],
  },
  {
    client: 'VS Code',
    make: (url, route) => [
      { text: 'Run', code: `code --add-mcp '${JSON.stringify({ name: nameOf(route), type: 'http', url })}'` },
      { text: 'Start the server from the list of MCP servers, and sign in' },
      { text: 'Ask for something in the chat, in agent mode' },
    ],
  },
  {
    client: 'Cursor',
    make: (url, route) => [
      { text: 'In ~/.cursor/mcp.json', code: JSON.stringify({ mcpServers: { [nameOf(route)]: { url } } }) },
      { text: 'Settings → MCP: press "Needs login" beside the server' },
      { text: 'Ask for something in a chat' },
    ],
  },
  {
    client: 'MCP Inspector',
    make: (url) => [
      {
        text: 'Run',
        code: `npx @modelcontextprotocol/inspector --cli ${url} --transport http --method tools/list`,
      },
      { text: 'Open the link that it prints, and sign in' },
      { text: 'Call a tool', code: '… --method tools/call --tool-name NAME --tool-arg KEY=VALUE' },
    ],
  },
]
