import { z } from 'zod'

import { normalizeEmail } from '../identity/email-address.ts'
import type { Secret } from '../kernel/secret.ts'
import { readSecret, type Reading } from './secret.ts'

export const mailSchema = z.strictObject({
  smtp: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^smtps?:\/\/[^@/?#]+\/?$/.test(text),
      'Expected smtp://HOST:PORT or smtps://HOST:PORT, without a name or password',
    ),
  username: z.string().min(1).optional(),
  password_file: z.string().min(1).optional(),
  password_env: z.string().min(1).optional(),
  from: z
    .string()
    .refine((text) => senderOf(text) !== undefined, 'Expected an address, such as "Sallyport <gateway@example.com>"'),
})

export interface MailSettings {
  /** `smtp://HOST:PORT` upgrades to TLS, `smtps://HOST:PORT` begins with it. Only loopback may go without. */
  readonly url: URL
  readonly username: string | undefined
  readonly password: Secret<string> | undefined
  readonly from: { readonly name: string; readonly address: string }
}

/** Files are looked for beside the configuration file. */
export function mailOf(document: z.infer<typeof mailSchema> | undefined, at: Reading): MailSettings | undefined {
  if (document === undefined) return undefined
  const { username, password_file: file, password_env: env } = document
  const complain = (key: string, message: string, hint: string): void =>
    void at.findings.push({ path: ['mail', key], message, hint })
  if (username !== undefined && file === undefined && env === undefined) {
    complain('username', 'The user name has no password', 'add "password_file" or "password_env"')
  } else if (username === undefined && (file ?? env) !== undefined) {
    complain(file === undefined ? 'password_env' : 'password_file', 'The password has no user name', 'add "username"')
  }
  const password = readSecret({ name: 'password', file, env }, ['mail'], at)
  const from = senderOf(document.from) ?? { name: '', address: '' }
  return { url: new URL(document.smtp), username, password, from }
}

/** `gateway@example.com` or `Some Name <gateway@example.com>`. */
function senderOf(text: string): MailSettings['from'] | undefined {
  const [, name = '', bracketed] = /^([^<>"\p{C}]*)<([^<>]+)>$/u.exec(text.trim()) ?? []
  const address = normalizeEmail(bracketed ?? text)
  return address === undefined ? undefined : { name: name.trim(), address }
}
