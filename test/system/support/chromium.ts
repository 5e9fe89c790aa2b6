/** Debian's Chromium, and how it is started where there is no screen and no network. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
