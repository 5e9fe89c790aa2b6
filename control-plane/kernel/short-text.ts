/** At most `most` UTF-16 units of a text. A real copy: V8 keeps the whole text alive behind a slice of it. */
export const shortText = (text: string, most: number): string =>
  text.length <= most ? text : Buffer.from(text.slice(0, most), 'utf16le').toString('utf16le')
