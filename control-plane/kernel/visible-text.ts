/** Control, format (bidirectional overrides, zero width), line and paragraph separators, lone surrogates. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Everything that nobody would see, as an escape: for texts on which somebody decides. Of JSON it makes the same JSON. */
export const visibleText = (text: string): string => text.replaceAll(UNSEEN, escaped)

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
