/**
 * Whether the server at `url` is, or is part of, the resource that metadata speaks of: the same origin, and a path that
 * begins with the resource's. Many servers name their origin alone.
 */
export function isWithin(url: string, resource: string): boolean {
  if (!URL.canParse(url) || !URL.canParse(resource)) return false
  const [at, whole] = [new URL(url), new URL(resource)]
  if (at.origin !== whole.origin || whole.search + whole.hash + whole.username + whole.password !== '') return false
  return isBelow(at.pathname, whole.pathname)
}

/** `/mcp` and `/mcp/x` are below `/mcp`, `/mcpx` is not. */
export function isBelow(path: string, base: string): boolean {
  const bare = base.replace(/\/+$/, '')
  return path === bare || path.startsWith(`${bare}/`)
}
