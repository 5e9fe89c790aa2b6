// C0, DEL, C1, line and paragraph separators, and everything that turns the direction of writing.
// oxlint-disable-next-line no-control-regex -- they are what is removed
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Text of a gateway, a server or a file system, made harmless for a terminal. Line ends and tabs stay. */
export const printable = (text: string): string => text.replaceAll('\r\n', '\n').replace(UNSAFE, '')

/** OSC 8: a link that a terminal opens when it is clicked. */
export const hyperlink = (url: string): string => `\u001B]8;;${url}\u001B\\${url}\u001B]8;;\u001B\\`
