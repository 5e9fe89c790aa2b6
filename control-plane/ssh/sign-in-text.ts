import { printable } from '../tui/printable.ts'
import { qrLines } from '../tui/qr.ts'
import type { SignInTicket } from '../identity/ssh-admission.ts'

/** RFC 4256 §3.2: OpenSSH prints the name and then the instruction on stderr, and nothing of it with `-q`. */
export const SIGN_IN_TITLE = 'Sign in to Sallyport'

export function signInText(ticket: Pick<SignInTicket, 'link' | 'shortCode'>, fingerprint: string | undefined): string {
  return [
    '',
    `  ${ticket.link}`,
    '',
    `  Code  ${ticket.shortCode}   the page must show the same one`,
    `  Key   ${fingerprint ?? 'none: this connection only'}`,
    '',
    'Open the link and press Authorize. This connection then goes on by itself.',
    '',
  ].join('\n')
}

/**
 * As a banner, because OpenSSH lets through characters beyond ASCII only there, and only where the client's locale is UTF-8.
 * It lets no control sequence through anywhere, so that the link itself cannot be made a hyperlink.
 */
export const signInQrCode = ({ link }: Pick<SignInTicket, 'link'>): string => `${qrLines(link).join('\n')}\n`

/** Shown even with `-N`, which has no other place to say anything; the address itself waits until it answers. */
export const signedInText = (email: string, publicUrl: string): string =>
  `Signed in as ${printable(email)}. Your address stands on ${publicUrl}`

export const REASONS = {
  denied: 'Sign-in was denied',
  expired: 'The sign-in link has expired. Run ssh again for a new one',
  tooManySignIns: 'Too many sign-ins are open from here. Finish or close one and run ssh again',
  tooManyAttempts: 'Too many attempts to sign in. Name one key: ssh -o IdentitiesOnly=yes -i KEY',
  tooManyConnections: (most: number) =>
    `You have ${most} connections open, which is the limit. Close one and run ssh again`,
  tooSlow: 'Signing in took too long. Run ssh again',
} as const

export const silentClientHint = (fingerprint: string): string =>
  `Sallyport does not know the key ${fingerprint} yet. Sign in once without BatchMode: ssh then shows a link`
