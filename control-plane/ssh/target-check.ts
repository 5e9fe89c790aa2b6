import type { ConnectorHealth } from '../tunnels/connector.ts'
import type { ForwardMode } from '../tunnels/forward.ts'
import type { BoundForward, Channels } from './channels.ts'
import { opening, replyReader } from './socks.ts'
import { closeChannel } from './ssh2-private.ts'
import type { Target } from './target.ts'

/** Opens a channel to the target and closes it again. 'unknown' when there was no answer within the deadline. */
export function checkTarget(
  channels: Channels,
  forward: BoundForward,
  options: { readonly mode: ForwardMode; readonly target: Target; readonly deadlineMs: number },
): Promise<ConnectorHealth> {
  const { promise, resolve } = Promise.withResolvers<ConnectorHealth>()
  channels.open(forward, (channel) => {
    if (channel === 'refused') return resolve('refused')
    if (typeof channel === 'string') return resolve('unknown')
    const finish = (health: ConnectorHealth): void => {
      clearTimeout(deadline)
      resolve(health)
      closeChannel(channel)
    }
    const deadline = setTimeout(() => finish('unknown'), options.deadlineMs)
    if (options.mode === 'static') return finish('ok')
    const read = replyReader()
    channel.on('data', (bytes: Buffer) => {
      const reply = read(bytes)
      if (reply.kind !== 'more') finish(reply.kind === 'connected' ? 'ok' : 'refused')
    })
    channel.once('end', () => finish('refused'))
    channel.write(opening(options.target.host, options.target.port))
  })
  return promise
}
