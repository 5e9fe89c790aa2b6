/** Reports a download to a person: a bar that redraws itself on a terminal, one line at start and end elsewhere. */
export interface Progress {
  /** Called as often as one likes; redraws at most when a whole percent changes. */
  at(bytes: number): void
  done(sentence: string): void
}

const BAR_WIDTH = 24

/** `███████░░░░` for a fraction from 0 to 1. */
export const barOf = (fraction: number): string => {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH)
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

/** `stream` is usually standard error, so that standard output stays for results. */
export function showProgress(
  title: string,
  totalBytes: number,
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
): Progress {
  const tty = stream.isTTY === true
  let shown = -1
  const draw = (bytes: number): void => {
    const percent = Math.min(100, Math.floor((100 * bytes) / totalBytes))
    if (percent === shown) return
    shown = percent
    const size = `${megabytes(Math.min(bytes, totalBytes))}/${megabytes(totalBytes)} MB`
    stream.write(`\r\x1b[2K${title} ${barOf(bytes / totalBytes)} ${String(percent).padStart(3)} % ${size}`)
  }
  if (tty) draw(0)
  else stream.write(`${title} (${megabytes(totalBytes)} MB)\n`)
  return {
    at: (bytes) => {
      if (tty) draw(bytes)
    },
    done: (sentence) => stream.write(tty ? `\r\x1b[2K${sentence}\n` : `${sentence}\n`),
  }
}
