import { expect, test } from 'vitest'

import { usernameOf } from './username.ts'

test.each([
  ['ann', 'ann', false],
  ['qr', 'qr', true],
  ['ann+qr', 'ann', true],
  ['ann+b+qr', 'ann+b', true],
  ['annqr', 'annqr', false],
  ['qr+ann', 'qr+ann', false],
  ['', '', false],
])('usernameOf(%j) is %j, with a QR code: %s', (written, name, wantsQrCode) => {
  expect(usernameOf(written)).toEqual({ name, wantsQrCode })
})
