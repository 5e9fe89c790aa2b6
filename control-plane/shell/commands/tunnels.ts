import { EXIT, type Command, type LiveTunnel } from '../command.ts'
import { table } from '../table.ts'

export const tunnels: Command = {
  name: 'tunnels',
  usage: '',
  summary: 'your tunnels that are open now, from all your connections',
  run(given, { user, ports }, output) {
    const open = ports.tunnelsOf(user)
    if (given.has('json')) {
      for (const tunnel of open) output.json(tunnelJson(tunnel))
      return EXIT.ok
    }
    if (open.length === 0) output.line('No tunnel of yours is open')
    const rows = open.map((tunnel) => [
      tunnel.url,
      `-> ${tunnel.mode === 'static' ? 'the target of its -R' : tunnel.target}`,
      tunnel.health,
      `${tunnel.connectors} serving`,
      `since ${new Date(tunnel.sinceMs).toISOString()}`,
      `from ${tunnel.sourceAddress}`,
    ])
    for (const line of table(rows)) output.line(line)
    return EXIT.ok
  },
}

const tunnelJson = (tunnel: LiveTunnel): object => ({
  route: tunnel.route,
  url: tunnel.url,
  target: tunnel.target,
  mode: tunnel.mode,
  health: tunnel.health,
  connectors: tunnel.connectors,
  since: new Date(tunnel.sinceMs).toISOString(),
  address: tunnel.sourceAddress,
})
