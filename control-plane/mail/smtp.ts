import { setTimeout as sleep } from 'node:timers/promises'

import { createTransport } from 'nodemailer'

import type { MailSettings } from '../config/mail.ts'
import type { Mail, Mailer } from '../identity/mailer.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'

const TIMEOUT_MS = 10_000
const RETRY_AFTER_MS = [2000, 15_000]
/** Mail that waits for a slow server; more is dropped, and said so. */
const MAX_WAITING = 200

/** Mail over SMTP: sent in the background, tried three times, one connection for each. */
export function smtpMail(settings: MailSettings, log: Log): Mailer & AsyncDisposable {
  const { url, from } = settings
  const isTls = url.protocol === 'smtps:'
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isTls ? 465 : 587)),
    secure: isTls,
    requireTLS: !isTls && !isLoopbackHostname(url.hostname),
    ...(settings.username !== undefined && {
      auth: { user: settings.username, pass: settings.password?.reveal() ?? '' },
    }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const closing = new AbortController()
  let waiting = 0
  const deliver = async (mail: Mail): Promise<void> => {
    for (const delayMs of [0, ...RETRY_AFTER_MS]) {
      try {
        await sleep(delayMs, undefined, { signal: closing.signal })
        await transport.sendMail(messageFor(mail, from))
        return
      } catch (cause) {
        if (closing.signal.aborted) return
        log.error('mail.failed', { to: mail.to, subject: mail.subject, reason: messageOf(cause) })
      }
    }
  }
  return {
    reaches: 'people',
    send(mail) {
      // Who came in through a provider that vouches for no address has none (RFC 2606 §2).
      if (mail.to.endsWith('.invalid')) return
      if (waiting >= MAX_WAITING) return log.error('mail.dropped', { to: mail.to, subject: mail.subject })
      waiting += 1
      void deliver(mail).finally(() => {
        waiting -= 1
      })
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      transport.close()
    },
  }
}

/** Addresses as parts and an envelope of our own: no text that a person typed is read as a list of addresses. */
export function messageFor(mail: Mail, from: MailSettings['from']) {
  if (/[\r\n\0]/.test(mail.to + mail.subject)) throw new Error('A line break in the head of a mail')
  const link = mail.link === undefined ? '' : `\n\n${mail.link.reveal()}`
  return {
    envelope: { from: from.address, to: [mail.to] },
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: `${mail.text}${link}\n`,
    // RFC 3834 §5: no vacation answers to this.
    headers: { 'auto-submitted': 'auto-generated' },
    textEncoding: 'quoted-printable' as const,
  }
}
