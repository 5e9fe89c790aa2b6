import { expect, test } from 'vitest'

import { Letters } from '../identity/letters.ts'
import { Secret } from '../kernel/secret.ts'
import { messageFor } from './smtp.ts'

const FROM = { name: 'Sallyport', address: 'gateway@example.com' }
const letters = new Letters('https://gateway.example.com')

test('a mail is plain text, with its link on a line of its own', () => {
  const message = messageFor(letters.reset('ann@example.com', new Secret('spv_token')), FROM)

  expect(message).toMatchObject({
    envelope: { from: 'gateway@example.com', to: ['ann@example.com'] },
    subject: 'Sallyport: choose a new password',
  })
  expect(message.text).toMatch(/\n\nhttps:\/\/gateway\.example\.com\/sign-in\/reset\?token=spv_token\n$/)
  expect(message).not.toHaveProperty('html')
})

test.each(['ann@example.com\r\nBcc: mallory@example.com', 'ann@example.com\nX: y', 'ann@example.com\0'])(
  'an address like %j reaches no mail',
  (to) => {
    expect(() => messageFor(letters.knownAlready(to), FROM)).toThrow('line break')
  },
)

test('the token is in the link only, and no letter prints it', () => {
  const mail = letters.verify('ann@example.com', new Secret('spv_token'))

  expect(JSON.stringify(mail)).not.toContain('spv_token')
})
