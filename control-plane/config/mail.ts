import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import { z } from 'zod'

import { normalizeEmail } from '../identity/email-address.ts'
import { messageOf } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import type { Finding } from './problem.ts'

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
export function mailOf(
  document: z.infer<typeof mailSchema> | undefined,
  at: { readonly file: string; readonly findings: Finding[]; readonly variable: (name: string) => string | undefined },
): MailSettings | undefined {
  if (document === undefined) return undefined
  const { username, password_file: file, password_env: variable } = document
  const complain = (key: string, message: string, hint: string): void =>
    void at.findings.push({ path: ['mail', key], message, hint })
  if (file !== undefined && variable !== undefined) {
    complain('password_env', 'The password is given twice', 'keep "password_file" or "password_env"')
  } else if (username !== undefined && file === undefined && variable === undefined) {
    complain('username', 'The user name has no password', 'add "password_file" or "password_env"')
  } else if (username === undefined && (file ?? variable) !== undefined) {
    complain(file === undefined ? 'password_env' : 'password_file', 'The password has no user name', 'add "username"')
  }
  const password = variable === undefined ? undefined : at.variable(variable)
  if (variable !== undefined && password === undefined)
    complain('password_env', `The environment has no "${variable}"`, 'set it, or use "password_file"')
  const from = senderOf(document.from) ?? { name: '', address: '' }
  const read = file === undefined ? password : readPassword(resolve(dirname(at.file), file), complain)
  return { url: new URL(document.smtp), username, password: read === undefined ? undefined : new Secret(read), from }
}

function readPassword(
  path: string,
  complain: (key: string, message: string, hint: string) => void,
): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    complain('password_file', `Cannot read "${path}": ${messageOf(cause)}`, 'the file holds the password, nothing else')
    return undefined
  }
}

/** `gateway@example.com` or `Some Name <gateway@example.com>`. */
function senderOf(text: string): MailSettings['from'] | undefined {
  const [, name = '', bracketed] = /^([^<>"\p{C}]*)<([^<>]+)>$/u.exec(text.trim()) ?? []
  const address = normalizeEmail(bracketed ?? text)
  return address === undefined ? undefined : { name: name.trim(), address }
}
