import { expect, test } from 'vitest'

import { serviceFile } from './service-file.ts'

const service = {
  words: ['/opt/node 24/bin/node', '/opt/agent.js', '--host', 'h', '--', 'say', 'it\'s "50%" $HOME \\ <b>&'],
  workingFolder: '/home/ann',
  path: '/usr/bin:/opt/50%',
}

test('a systemd unit quotes words, and escapes specifiers, variables, quotes and backslashes', () => {
  const unit = serviceFile('systemd', service)

  expect(unit).toContain(
    `ExecStart="/opt/node 24/bin/node" /opt/agent.js --host h -- say "it's \\"50%%\\" $$HOME \\\\ <b>&"\n`,
  )
  expect(unit).toContain('Environment=PATH=/usr/bin:/opt/50%%\n')
  expect(unit).toContain('systemctl --user enable --now sallyport-connect')
})

test('a systemd unit does not start again what ended for good', () => {
  expect(serviceFile('systemd', service)).toContain('RestartPreventExitStatus=2 3 4 5\n')
})

test('a launchd plist escapes XML and passes each word as it is', () => {
  const plist = serviceFile('launchd', service)

  expect(plist).toContain("<string>it's &quot;50%&quot; $HOME \\ &lt;b&gt;&amp;</string>")
  expect(plist).toContain('<string>/opt/node 24/bin/node</string>')
  expect(plist).toContain('launchctl bootstrap')
})
