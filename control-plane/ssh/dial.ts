import type { ServerChannel } from 'ssh2'

import type { ForwardMode } from '../tunnels/forward.ts'
import type { BoundForward, Channels } from './channels.ts'
import { opening, replyReader } from './socks.ts'
import { closeChannel } from './ssh2-private.ts'
import type { Target } from './target.ts'

/** Opens a channel that leads to the target. 'unknown' when there was no answer within the deadline. */
export function dial(
  channels: Channels,
  forward: BoundForward,
  options: { readonly mode: ForwardMode; readonly target: Target; readonly deadlineMs: number },
): Promise<ServerChannel | 'refused' | 'unknown'> {
  const { promise, resolve } = Promise.withResolvers<ServerChannel | 'refused' | 'unknown'>()
  channels.open(forward, (channel) => {
    if (channel === 'refused') return resolve('refused')
    if (typeof channel === 'string') return resolve('unknown')
    if (options.mode === 'static') return resolve(channel)
    const giveUp = (reason: 'refused' | 'unknown'): void => {
      clearTimeout(deadline)
      resolve(reason)
      closeChannel(channel)
    }
    const refused = (): void => giveUp('refused')
    const deadline = setTimeout(() => giveUp('unknown'), options.deadlineMs)
    const read = replyReader()
    const hear = (bytes: Buffer): void => {
      const reply = read(bytes)
      if (reply.kind === 'more') return
      channel.off('data', hear)
      channel.off('end', refused)
      if (reply.kind === 'wrong') return refused()
      clearTimeout(deadline)
      channel.pause()
      if (reply.rest.length > 0) channel.unshift(reply.rest)
      resolve(channel)
    }
    channel.on('data', hear)
    channel.once('end', refused)
    channel.write(opening(options.target.host, options.target.port))
  })
  return promise
}
