import { EXIT, type Command } from '../command.ts'

export const whoami: Command = {
  name: 'whoami',
  usage: '',
  summary: 'as whom this connection is signed in, and how',
  run(given, { user, key, address, connections }, output) {
    const sessions = connections()
    if (given.has('json')) {
      output.json({
        user: user.id,
        email: user.email,
        tunnel: user.tunnelName,
        ...(key && { key: key.fingerprint }),
        address,
        connections: sessions,
      })
      return EXIT.ok
    }
    output.line(`${user.email} (${user.id})`)
    output.line(`tunnel       ${user.tunnelName}`)
    output.line(`key          ${key === undefined ? 'none: signed in by a link' : key.fingerprint}`)
    output.line(`address      ${address}`)
    output.line(`connections  ${sessions}`)
    return EXIT.ok
  },
}
