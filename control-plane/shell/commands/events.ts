import { EXIT, type Command } from '../command.ts'
import { eventsOf, hello } from '../event-lines.ts'
import { lossy, untilGone } from '../lossy.ts'

export const events: Command = {
  name: 'events',
  usage: '[port=3000 …]',
  summary: 'a stream of what happens to the tunnels of this connection, one JSON object per line',
  async run(_given, session, output) {
    const { feed, gone, clock, user } = session
    output.json(hello(user, clock.nowMs()))
    const describe = eventsOf(clock)
    const unlessSlow = lossy(output, (count) =>
      output.json({ event: 'lost', time: new Date(clock.nowMs()).toISOString(), count }),
    )
    const stop = feed.subscribe((message) => {
      for (const event of describe(message)) unlessSlow(() => output.json(event))
    })
    await untilGone(gone)
    stop()
    return EXIT.ok
  },
}
