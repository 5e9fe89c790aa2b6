import { EXIT, type Command } from '../command.ts'

export const logout: Command = {
  name: 'logout',
  usage: '[--forget-key]',
  summary: 'ends all your SSH connections; --forget-key also lets this key open no more',
  flags: ['forget-key'],
  async run(given, session, output) {
    const { user, key, ports } = session
    const count = session.connections()
    const forgets = given.has('forget-key')
    if (forgets && key === undefined) {
      output.problem('This connection was let in without a key: there is none to forget')
      return EXIT.failed
    }
    session.endConnections()
    if (forgets && key !== undefined) await ports.forgetKey(key.fingerprint, user)
    if (given.has('json')) output.json({ ended: count, key_forgotten: forgets })
    else {
      output.line(`Ending ${count === 1 ? 'this connection' : `all ${count} connections`} of ${user.email}`)
      if (forgets) output.line(`The key ${key?.fingerprint ?? ''} opens no connection any more`)
    }
    return EXIT.ok
  },
}
