type Claims = Readonly<Record<string, readonly string[]>>

const MAX_SEGMENTS = 5

/** Whether `claim/PATH` can name anything: one key, or up to five of them joined by "/" or ".". */
export const isClaimPath = (path: string): boolean => {
  const segments = path.split(/[/.]/)
  return path !== '' && (path.includes('://') || (segments.length <= MAX_SEGMENTS && !segments.includes('')))
}

/** The values at a path: the key as written first, then the one whose segments are the same. Missing is an empty list. */
export function claimAt(claims: Claims, path: string): readonly string[] {
  if (Object.hasOwn(claims, path)) return claims[path] ?? []
  const wanted = dotted(path)
  const key = Object.keys(claims).find((candidate) => dotted(candidate) === wanted)
  return key === undefined ? [] : (claims[key] ?? [])
}

const dotted = (path: string): string => path.replaceAll('/', '.')
