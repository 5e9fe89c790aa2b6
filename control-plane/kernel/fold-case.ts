/** Unicode simple folding for ASCII targets: also maps U+017F to "s" and U+212A to "k", as Go's encoding/json does. */
export const foldCase = (key: string): string => key.toUpperCase().toLowerCase()
