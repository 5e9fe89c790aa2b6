import type { AddressInfo } from 'node:net'

import { SMTPServer } from 'smtp-server'

import { until } from './until.ts'

export interface ReceivedMail {
  /** The envelope's recipients: where a real server would deliver it. */
  readonly to: readonly string[]
  readonly head: string
  readonly subject: string
  /** Decoded. */
  readonly text: string
  /** The link of ours in it. */
  readonly link: string
}

/** A real SMTP server that keeps what it gets. */
export interface Mailbox extends AsyncDisposable {
  readonly port: number
  readonly mails: ReceivedMail[]
  /** YAML for the gateway. */
  readonly config: string
  /** Waits for the `count`th mail to that address whose subject contains the words, 1 unless told. */
  mailTo(address: string, subject: string, count?: number): Promise<ReceivedMail>
}

export async function startMailbox(): Promise<Mailbox> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      let raw = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => (raw += chunk))
      stream.on('end', () => {
        mails.push(
          read(
            raw,
            session.envelope.rcptTo.map(({ address }) => address),
          ),
        )
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    mails,
    config: `mail: { smtp: "smtp://127.0.0.1:${port}", from: "Sallyport <gateway@example.com>" }\n`,
    mailTo: (address, subject, count = 1) =>
      until(
        `mail ${count} to ${address} about "${subject}"`,
        () => mails.filter((mail) => mail.to.includes(address) && mail.subject.includes(subject))[count - 1],
      ),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function read(raw: string, to: readonly string[]): ReceivedMail {
  const split = raw.indexOf('\r\n\r\n')
  const head = raw.slice(0, split).replace(/\r\n[ \t]+/g, ' ')
  const text = raw
    .slice(split + 4)
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const link = /https?:\/\/\S+\?token=\S+/.exec(text)?.[0] ?? ''
  return { to, head, subject: /^subject: (.*)$/im.exec(head)?.[1] ?? '', text, link }
}
