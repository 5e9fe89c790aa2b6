type Claims = Readonly<Record<string, readonly string[]>>

const MAX_SEGMENTS = 5

/** Whether `claim/PATH` can name anything: one key, or up to five of them joined by "/" or ".". */
export const isClaimPath = (path: string): boolean => {
  const segments = path.split(/[/.]/)
  return path !== '' && (path.includes('://') || (segments.length <= MAX_SEGMENTS && !segments.includes('')))
}

/** The values at a path: the key as written first, then the one whose segments are the same. Missing is an empty list. */
export function claimAt(claims: Claims, path: string): readonly string[] {
  const exact = Object.hasOwn(claims, path) ? claims[path] : undefined
  if (exact !== undefined) return exact
  const wanted = dotted(path)
  for (const [key, values] of Object.entries(claims)) if (dotted(key) === wanted) return values
  return []
}

const dotted = (path: string): string => path.replaceAll('/', '.')
