import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { readEnvironment } from './environment.ts'
import { loadConfiguration } from './load.ts'
import { ConfigError } from './problem.ts'
import type { Settings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-mail-'))
writeFileSync(join(folder, 'password'), 'from the file\n')

function load(mail: string): Settings {
  const configFile = join(folder, 'sallyport.yaml')
  writeFileSync(configFile, mail)
  const environment = readEnvironment({
    SALLYPORT_DATA: '/data',
    SALLYPORT_CONFIG: configFile,
    SMTP_PASSWORD: 'from outside',
  })
  return loadConfiguration(environment).settings
}

test('without mail there is none; with it the sender has a name', () => {
  expect(load('{}').mail).toBeUndefined()
  expect(load('mail: { smtp: "smtps://mail.example.com", from: "Gate <Gate@Example.com>" }').mail).toEqual({
    url: new URL('smtps://mail.example.com'),
    username: undefined,
    password: undefined,
    from: { name: 'Gate', address: 'gate@example.com' },
  })
})

test.each([
  ['password_file: ./password', 'from the file'],
  ['password_env: SMTP_PASSWORD', 'from outside'],
])('the password comes from %s and is not printed', (where, password) => {
  const { mail } = load(`mail: { smtp: "smtp://localhost:25", username: u, ${where}, from: g@example.com }`)

  expect(mail?.password?.reveal()).toBe(password)
  expect(JSON.stringify(mail)).not.toContain(password)
})

test.each([
  ['smtp: "http://mail.example.com", from: g@example.com', 'Expected smtp://HOST:PORT'],
  ['smtp: "smtp://u:p@mail.example.com", from: g@example.com', 'without a name or password'],
  ['smtp: "smtp://mail.example.com", from: gateway', 'Expected an address'],
  ['smtp: "smtp://mail.example.com", from: "a@b.c\\nBcc: d@e.f"', 'Expected an address'],
  ['smtp: "smtp://mail.example.com", username: u, from: g@example.com', 'The user name has no password'],
  ['smtp: "smtp://mail.example.com", password_env: SMTP_PASSWORD, from: g@example.com', 'has no user name'],
  ['smtp: "smtp://m.example.com", username: u, password_env: NONE, from: g@example.com', 'no "NONE"'],
  ['smtp: "smtp://m.example.com", username: u, password_file: none, from: g@example.com', 'Cannot read'],
  [
    'smtp: "smtp://m.example.com", username: u, password_file: password, password_env: SMTP_PASSWORD, from: g@e.com',
    'twice',
  ],
])('mail: { %s } is a problem', (mail, message) => {
  expect(() => load(`mail: { ${mail} }`)).toThrow(ConfigError)
  expect(() => load(`mail: { ${mail} }`)).toThrow(message)
})

test('open sign-up on a public address needs mail', () => {
  const open = 'public_url: https://gateway.example.com\naccounts: { sign_up: open }\n'

  expect(() => load(open)).toThrow('Open sign-up on a public address without mail')
  expect(() => load(open)).toThrow('hint: add "mail"')
  expect(() => load(`${open}mail: { smtp: "smtp://m.example.com", from: g@example.com }`)).not.toThrow('Open sign-up')
})
