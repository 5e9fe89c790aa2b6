/** A forward that leads to a server on standard input and output. Loaded only where there is one: the SDK is large. */
import { Bridge } from './bridge.ts'
import { nowMs } from './clock.ts'
import type { Receiver } from './forward.ts'
import { serveChannels } from './http-channel.ts'
import type { Log } from './log.ts'
import { MessageSwitch } from './message-switch.ts'
import { randomFraction } from './random.ts'
import type { StdioCommand } from './served.ts'
import { StdioProcess } from './stdio-process.ts'

export interface StdioTarget {
  readonly receive: Receiver
  /** Ends its processes. */
  close(): Promise<void>
}

export function openStdioTarget(command: StdioCommand, name: string, log: Log): StdioTarget {
  const openSwitch = (): MessageSwitch =>
    new MessageSwitch({
      start: ({ message, exited }) =>
        new StdioProcess(command, {
          message,
          exited,
          stderr: (line) => log('info', 'server_stderr', `[${name}] ${line}`, { server: name }),
        }),
      nowMs,
      fraction: randomFraction,
      later: (ms, act) => {
        const timer = setTimeout(act, ms)
        return { cancel: () => clearTimeout(timer) }
      },
      tell: (text) => log('warn', 'server', `[${name}] ${text}`, { server: name }),
    })
  const bridge = new Bridge({ shared: command.shared }, { openSwitch, nowMs })
  const server = serveChannels((request) => bridge.handle(request))
  return {
    receive: (accept) => server.serve(accept()),
    async close() {
      server.close()
      await bridge.close()
    },
  }
}
