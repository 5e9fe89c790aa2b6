const MAX_LENGTH = 60

/** Names come from strangers: nothing that a terminal would obey, and not longer than a line bears. */
export function printable(text: string): string {
  const plain = text.replaceAll(/\p{C}/gu, '\u{fffd}')
  return plain.length <= MAX_LENGTH ? plain : `${plain.slice(0, MAX_LENGTH - 1)}…`
}
