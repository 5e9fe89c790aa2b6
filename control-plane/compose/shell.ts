import type { CallStore } from '../audit/call-record.ts'
import type { Current } from '../kernel/current.ts'
import { baseUrlOf, mcpUrlOf } from '../routes/addressing.ts'
import { tunnelNameIn, type Publication } from '../routes/publication.ts'
import type { Shares } from '../sharing/shares.ts'
import type { ShellPorts } from '../shell/command.ts'
import type { Connector } from '../tunnels/connector.ts'
import type { Presence } from '../tunnels/presence.ts'
import type { Brain } from './brain.ts'
import { isServedBy } from './shares.ts'

/** What `ssh HOST COMMAND` may ask: the person's own, and nothing that decides. */
export function shellPorts(ports: {
  readonly publication: Current<Publication>
  readonly brain: Pick<Brain, 'toolPins' | 'sshKeys'>
  readonly calls: Pick<CallStore, 'list'>
  readonly presence: Presence
  readonly shares: Shares
}): ShellPorts {
  const { publication, brain, calls, presence, shares } = ports
  const urlOf = ({ route, isPublic }: Connector): string => {
    const { addressing } = publication.value
    return isPublic ? `${baseUrlOf(addressing, route)}/` : mcpUrlOf(addressing, route)
  }
  const served = (userId: string) => presence.all().filter((connector) => connector.userId === userId)
  return {
    tunnelsOf: ({ id }) =>
      served(id).map((connector) => ({
        ...connector,
        url: urlOf(connector),
        connectors: presence.serving(connector.route).length,
      })),
    isServedBy: (user, route) => isServedBy(user, route, presence),
    callsOf: async (user, query) => {
      const routes = served(user.id).map(({ route }) => route)
      const found = await calls.list({ ...query, routesOf: { tunnelName: user.tunnelName, routes } })
      return found.filter(({ route }) => tunnelNameIn(route) === user.tunnelName || routes.includes(route))
    },
    toolsOf: (user, route) => brain.toolPins.list(route).filter((tool) => isServedBy(user, tool.route, presence)),
    shares,
    forgetKey: (fingerprint, { id }) => brain.sshKeys.revoke(fingerprint, id),
  }
}
