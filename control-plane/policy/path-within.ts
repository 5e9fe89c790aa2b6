const MAX_DECODINGS = 4

/**
 * Whether a path lies in a folder, however it is spelled: `.` and `..`, doubled slashes, backslashes, percent-encoding
 * (also of what was encoded before), `file:` URLs. Undefined where it cannot be told: a server could decode it once more,
 * or end it at a NUL. `root` and path are compared in the same form: `~/project` is not `/home/ann/project`.
 */
export const isPathWithin = (path: string, root: string): boolean | undefined => within(root)(path)

/** As `isPathWithin`, for one folder and many paths. */
export function within(root: string): (path: string) => boolean | undefined {
  const outer = normalPath(root)
  if (outer === undefined) return () => undefined
  const below = outer.endsWith('/') ? outer : `${outer}/`
  return (path) => {
    const inner = normalPath(path)
    return inner === undefined ? undefined : inner === outer || inner.startsWith(below)
  }
}

/** An absolute path that is in its normal form already: most are. */
const NORMAL = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/

/** Undefined for a path that can be read in two ways. */
export function normalPath(written: string): string | undefined {
  if (NORMAL.test(written)) return written
  const decoded = decodeFully(written)
  if (decoded === undefined || /[\0\r\n]/.test(decoded) || isOddlyDotted(decoded)) return undefined
  const plain = decoded.replaceAll('\\', '/').replace(/^file:\/\/(?:localhost)?(?=\/)/i, '')
  const isAbsolute = plain.startsWith('/')
  const segments: string[] = []
  for (const segment of plain.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    // Above the root there is only the root; above a relative beginning there could be anything.
    else if (segments.length > 0 && segments.at(-1) !== '~') segments.pop()
    else if (!isAbsolute) return undefined
  }
  return `${isAbsolute ? '/' : ''}${segments.join('/')}`
}

/**
 * Whether some system reads dots or separators where others do not: Unicode has compatible forms of both (U+2025, U+FF0F),
 * Windows drops dots and spaces at the end of a name, and some servers know `%u002e`.
 */
function isOddlyDotted(path: string): boolean {
  if (/%u[0-9a-f]{4}/i.test(path)) return true
  const segments = path.split(/[/\\]/)
  const compatible = path.normalize('NFKC').split(/[/\\]/)
  if (segments.length !== compatible.length) return true
  return compatible.some(
    (segment, index) => /^[. ]+$/.test(segment) && (segment !== segments[index] || !/^\.{1,2}$/.test(segment)),
  )
}

function decodeFully(written: string): string | undefined {
  let text = written
  for (let round = 0; round < MAX_DECODINGS; round += 1) {
    if (!/%[0-9a-f]{2}/i.test(text)) return text
    try {
      text = decodeURIComponent(text)
    } catch {
      return undefined
    }
  }
  return undefined
}
