import type { ServerChannel } from 'ssh2'

import type { ConnectorHealth } from '../tunnels/connector.ts'
import type { ForwardMode } from '../tunnels/forward.ts'
import type { BoundForward, Channels } from './channels.ts'
import { modeProbe, type ProbeAct, type ProbeEvent, ROUND_TRIPS } from './mode-probe.ts'
import { canWrite, closeChannel } from './ssh2-private.ts'
import type { Target } from './target.ts'

export type Detected = { readonly mode: ForwardMode; readonly health: ConnectorHealth }

/** Runs the mode probe over real channels. Undefined when the client did not answer within the deadline. */
export function detectMode(
  channels: Channels,
  forward: BoundForward,
  options: { readonly targetNow: () => Target; readonly deadlineMs: number },
): Promise<Detected | undefined> {
  const probe = modeProbe(options.targetNow)
  const { promise, resolve } = Promise.withResolvers<Detected | undefined>()
  let channel: ServerChannel | undefined
  /** Counts acts, so that what an earlier channel or round trip still says is not heard. */
  let turn = 0

  const finish = (detected: Detected | undefined): void => {
    turn += 1
    clearTimeout(deadline)
    if (channel !== undefined) closeChannel(channel)
    resolve(detected)
  }
  const deadline = setTimeout(() => finish(undefined), options.deadlineMs)
  const hear = (event: ProbeEvent): void => perform(probe.next(event))

  const listen = (opened: ServerChannel): void => {
    const mine = (): boolean => channel === opened
    opened.on('data', (bytes: Buffer) => mine() && hear({ kind: 'bytes', bytes }))
    opened.once('end', () => mine() && hear({ kind: 'ended' }))
    opened.once('close', () => mine() && hear({ kind: 'ended' }))
  }
  const open = (): void => {
    if (channel !== undefined) closeChannel(channel)
    channel = undefined
    const mine = turn
    channels.open(forward, (opened) => {
      if (typeof opened === 'string') {
        // 'full' and 'late' say nothing about the mode: the deadline ends it.
        if (mine === turn && opened === 'refused' && channels.isOpen) hear({ kind: 'open_failed' })
        return
      }
      if (mine !== turn) return closeChannel(opened)
      channel = opened
      listen(opened)
      hear({ kind: 'opened' })
    })
  }
  const perform = (act: ProbeAct): void => {
    if (act.kind === 'wait') return
    if (act.kind === 'decided') return finish({ mode: act.mode, health: act.health })
    turn += 1
    const mine = turn
    if (act.kind === 'open') open()
    else if (channel !== undefined && canWrite(channel)) channel.write(act.bytes)
    channels.roundTrips(ROUND_TRIPS, () => mine === turn && hear({ kind: 'settled' }))
  }
  perform(probe.first)
  return promise
}
