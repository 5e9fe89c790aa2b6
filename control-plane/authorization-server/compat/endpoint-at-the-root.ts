/**
 * The Python SDK (1.x, 2.x, and with it fastmcp) keeps its tokens between two starts but not where they are renewed. It
 * then takes the place that 2025-03-26 gave to servers without metadata: `/token` on the host of the MCP URL. Without an
 * answer there it asks its person again after each start.
 */
export const endpointAtTheRoot = (path: string): string => (path === '/token' ? '/oauth/token' : path)
