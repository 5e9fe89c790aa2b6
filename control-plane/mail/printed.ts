import type { Mailer } from '../identity/mailer.ts'
import type { Log } from '../kernel/log.ts'

/** On loopback the operator and the person are one: links are printed, at a level that a terminal shows. */
export const printedMail = (log: Log): Mailer => ({
  reaches: 'operator',
  send({ to, subject, link }) {
    if (link === undefined) log.info('mail.not_sent', { to, subject })
    else log.warn('mail.link_instead_of_mail', { to, subject, link: link.reveal() })
  },
})

/** Without mail on a public address: nobody is told, and no link is printed. */
export const noMail = (log: Log): Mailer => ({
  reaches: 'nobody',
  send: ({ to, subject }) => log.info('mail.not_sent', { to, subject }),
})
