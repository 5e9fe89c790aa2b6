import { EXIT, type Command } from '../command.ts'
import { shareJson } from './share.ts'

export const revoke: Command = {
  name: 'revoke',
  usage: 'SHARE-ID|EMAIL',
  summary: 'ends a share, or all with somebody, at once',
  words: [1, 1],
  async run(given, { user, ports }, output) {
    const [named = ''] = given.words
    const ended = await ports.shares.revoke(user, named.toLowerCase())
    if (ended.length === 0) {
      output.problem(`You share nothing that is called "${named.slice(0, 60)}": see "share --list"`)
      return EXIT.failed
    }
    for (const share of ended) {
      if (given.has('json')) output.json(shareJson(share))
      else output.line(`${share.id} has ended: ${share.email} on ${share.route}`)
    }
    return EXIT.ok
  },
}
