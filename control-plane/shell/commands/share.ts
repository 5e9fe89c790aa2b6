import { normalizeEmail } from '../../identity/email-address.ts'
import { parseDuration } from '../../kernel/duration.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { parseNamePattern } from '../../sharing/name-pattern.ts'
import type { Share } from '../../sharing/share.ts'
import type { WantedShare } from '../../sharing/shares.ts'
import { EXIT, type Command, type Output, type ShellSession } from '../command.ts'
import type { Arguments } from '../flags.ts'
import { table } from '../table.ts'

const MAX_PATTERNS = 50
const MIN_SHARE_MS = 1000

export const share: Command = {
  name: 'share',
  usage: 'EMAIL [--tools read_*,list_*] [--for 24h] [--tunnel NAME]   or   share --list',
  summary: 'lets somebody call your tunnel for a time',
  flags: ['list'],
  values: ['tools', 'for', 'tunnel'],
  words: [0, 1],
  async run(given, session, output) {
    if (given.has('list')) return list(given, session, output)
    const wanted = wantedOf(given, session)
    if (!wanted.ok) {
      output.problem(wanted.error)
      return EXIT.usage
    }
    const made = await session.ports.shares.create(session.user, wanted.value)
    if (!made.ok) {
      output.problem(made.error)
      return EXIT.failed
    }
    if (given.has('json')) output.json(shareJson(made.value))
    else {
      const { id, email, route, tools, expiresAtMs } = made.value
      const what = tools === undefined ? 'everything that you may' : tools.join(', ')
      output.line(`${email} may call ${what} on ${route} until ${new Date(expiresAtMs).toISOString()}`)
      output.line(`${id}: take it back with "revoke ${id}" or "revoke ${email}"`)
    }
    return EXIT.ok
  },
}

function wantedOf(given: Arguments, { user, ports }: ShellSession): Result<WantedShare, string> {
  const [written] = given.words
  if (written === undefined) return err('With whom? Such as: share ann@example.com --tools read_* --for 2h')
  const email = normalizeEmail(written)
  if (email === undefined) return err(`"${written.slice(0, 60)}" is not an email address`)
  const tools = given.value('tools')?.split(',')
  const bad = tools?.find((tool) => parseNamePattern(tool) === undefined)
  if (bad !== undefined)
    return err(`"${bad.slice(0, 60)}" is no name of a tool: "*" may stand at its beginning and at its end`)
  if (tools !== undefined && tools.length > MAX_PATTERNS) return err(`No more than ${MAX_PATTERNS} tools in one share`)
  const duration = given.value('for')
  const forMs = duration === undefined ? undefined : parseDuration(duration)
  if (duration !== undefined && (forMs === undefined || forMs < MIN_SHARE_MS))
    return err('"--for" needs a duration, such as 30m, 2h or 7d')
  const route =
    given.value('tunnel') ?? onlyRoute(ports.tunnelsOf(user).map((tunnel) => tunnel.route)) ?? user.tunnelName
  return ok({ route, email, tools, forMs })
}

/** Where there is no choice, nobody has to make one. */
function onlyRoute(routes: readonly string[]): string | undefined {
  const [only, ...others] = new Set(routes)
  return others.length === 0 ? only : undefined
}

function list(given: Arguments, { user, ports }: ShellSession, output: Output): number {
  if (given.words.length > 0 || ['tools', 'for', 'tunnel'].some((name) => given.has(name))) {
    output.problem('"--list" stands alone')
    return EXIT.usage
  }
  const shares = ports.shares.ofUser(user.id)
  if (given.has('json')) for (const each of shares) output.json(shareJson(each))
  else if (shares.length === 0) output.line('You share nothing')
  else {
    const rows = shares.map(({ id, email, route, tools, expiresAtMs }) => [
      id,
      email,
      route,
      tools?.join(',') ?? 'everything',
      `until ${new Date(expiresAtMs).toISOString()}`,
    ])
    for (const line of table(rows)) output.line(line)
  }
  return EXIT.ok
}

export const shareJson = ({ id, route, email, tools, createdAtMs, expiresAtMs }: Share): object => ({
  share: id,
  route,
  email,
  ...(tools && { tools }),
  created: new Date(createdAtMs).toISOString(),
  expires: new Date(expiresAtMs).toISOString(),
})
