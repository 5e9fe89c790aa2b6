import type { Secret } from '../kernel/secret.ts'

export interface Mail {
  /** An address as `normalizeEmail` gives it. */
  readonly to: string
  readonly subject: string
  /** Plain text, without the link. */
  readonly text: string
  /** What to open; stands at the end of the text. */
  readonly link?: Secret<string>
}

/** Port: mail. A failure is for the operator: who asked for the mail learns nothing from it, not even by time. */
export interface Mailer {
  /** people: it is delivered. operator: links are printed, on loopback, where both are one person. nobody: it is lost. */
  readonly reaches: 'people' | 'operator' | 'nobody'
  send(mail: Mail): void
}
