import { chmod, rm } from 'node:fs/promises'
import { connect } from 'node:net'

import Fastify from 'fastify'

import type { ToolPins } from '../catalogue/tool-pins.ts'
import { latest, targetOf, type Attempt } from '../attempts/attempt.ts'
import type { Attempts } from '../attempts/attempts.ts'
import { diagnose } from '../attempts/diagnosis.ts'
import type { CallStore } from '../audit/call-record.ts'
import { lineOf } from '../audit/line.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { AccountSummary } from '../identity/account-store.ts'
import type { Enrolment } from '../identity/enrolment.ts'
import type { PasswordReset } from '../identity/password-reset.ts'
import type { SignUpRule } from '../identity/sign-up.ts'
import { Fault } from '../kernel/fault.ts'
import type { Grants } from '../oauth/grants.ts'
import type { Presence } from '../tunnels/presence.ts'
import { controlTools } from './control-tools.ts'
import { field, type Fields } from './fields.ts'

/** How it stands with the configuration files. */
export interface ConfigurationReport {
  readonly loadedAtMs: number
  readonly refused: { readonly atMs: number; readonly problems: readonly string[] } | undefined
  readonly needsRestart: readonly string[]
  readonly warnings: readonly string[]
}

/** What the command line can ask of a running gateway. */
export interface Controlled {
  readonly brain: {
    readonly accounts: Accounts
    readonly people: { readonly enrolment: Enrolment; readonly reset: PasswordReset }
    readonly signUp: SignUpRule
    readonly grants: Grants
    readonly attempts: Attempts
    readonly toolPins: ToolPins
    listUsers(): Promise<readonly AccountSummary[]>
    rotateSigningKey(): Promise<string>
  }
  readonly calls: Pick<CallStore, 'list'>
  readonly presence: Presence
  readonly xds: { readonly connected: number }
  readonly configuration: { readonly state: ConfigurationReport; run(): Promise<ConfigurationReport> }
}

/** HTTP on a unix socket that only our own user can open: who can open it owns the data folder anyway. */
export async function openControlSocket(
  socketPath: string,
  { brain, calls, presence, xds, configuration }: Controlled,
): Promise<AsyncDisposable> {
  const app = Fastify({ forceCloseConnections: true })
  app.get('/status', async () => ({
    envoys: xds.connected,
    tunnels: presence.all().map(({ route, userId, sourceAddress, target, mode, sinceMs, health }) => ({
      route,
      userId,
      sourceAddress,
      target,
      mode,
      sinceMs,
      health,
    })),
    configuration: readable(configuration.state),
    memoryBytes: process.memoryUsage().rss,
  }))
  app.post('/reload', async (_, reply) => {
    const report = await configuration.run()
    if (report.refused === undefined) return readable(report)
    const message = [...report.refused.problems, 'The configuration before it stays in force'].join('\n')
    return reply.code(409).send({ message })
  })
  app.get('/users', async () => brain.listUsers())
  app.get('/attempts', async () => brain.attempts.list(() => true).map(summaryOf))
  app.get<{ Params: { reference: string } }>('/attempts/:reference', async (request, reply) => {
    const attempt = brain.attempts.find(request.params.reference)
    return attempt === undefined
      ? reply.code(404).send({ message: 'There is no attempt with this reference' })
      : { ...summaryOf(attempt), seen: attempt.seen }
  })
  app.get<{ Querystring: Readonly<Record<string, string>> }>('/audit', async ({ query }) => {
    const { since = '0', route, user, denied, limit = '1000' } = query
    const found = await calls.list({
      sinceMs: Number(since),
      route,
      user,
      denied: denied === 'true',
      limit: Number(limit),
    })
    return found.map(lineOf)
  })
  app.get('/grants', async () => brain.grants.active())
  app.post('/keys/rotate', async () => ({ kid: await brain.rotateSigningKey() }))
  app.post<{ Body: Fields }>('/users/disabled', async (request, reply) => {
    const done = await brain.accounts.setDisabled(field(request.body, 'email'), request.body['disabled'] === true)
    return done ? { done } : reply.code(404).send({ message: 'There is no user with this address' })
  })
  app.post<{ Body: Fields }>('/users/invite', async (request, reply) => {
    if (!brain.signUp.byInvitation)
      return reply.code(409).send({ message: 'Sign-up is closed: set "accounts.sign_up" to "invited"' })
    const link = await brain.people.enrolment.invite(field(request.body, 'email'))
    // The terminal that asks is the operator's: this is the one place where the link is told.
    if (link.ok) return { link: link.value.reveal(), goodForDays: 7 }
    const text = link.error === 'email_taken' ? 'There is a user with this address' : 'That is not an email address'
    return reply.code(409).send({ message: text })
  })
  app.post<{ Body: Fields }>('/users/reset', async (request, reply) => {
    const link = await brain.people.reset.linkFor(field(request.body, 'email'))
    if (link === undefined) return reply.code(404).send({ message: 'There is no user with this address' })
    return { link: link.reveal(), goodForMinutes: 30 }
  })
  app.post<{ Body: Fields }>('/grants/revoke', async (request, reply) => {
    const done = await brain.grants.revoke(field(request.body, 'id'))
    return done ? { done } : reply.code(404).send({ message: 'There is no such active grant' })
  })
  controlTools(app, brain.toolPins)
  await rm(socketPath, { force: true })
  await app.listen({ path: socketPath })
  await chmod(socketPath, 0o600)
  return { [Symbol.asyncDispose]: async () => app.close() }
}

const readable = ({ loadedAtMs, refused, needsRestart, warnings }: ConfigurationReport): object => ({
  loadedAt: new Date(loadedAtMs).toISOString(),
  needsRestart,
  warnings,
  ...(refused && { refused: { at: new Date(refused.atMs).toISOString(), problems: refused.problems } }),
})

const summaryOf = (attempt: Attempt): object => ({
  reference: attempt.reference,
  startedAt: new Date(attempt.startedAtMs).toISOString(),
  client: latest(attempt, 'clientName') ?? latest(attempt, 'clientId'),
  resource: targetOf(attempt),
  userId: latest(attempt, 'userId'),
  ...diagnose(attempt),
})

/** Two gateways over one data folder would take each other's sockets away. */
export async function refuseSecondGateway(socketPath: string): Promise<void> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.setTimeout(1000, () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
  if (!answered) return
  const hint = 'stop it first, or set SALLYPORT_DATA to another folder'
  throw new Fault('start.already_running', 'A gateway is running over this data folder already', { hint })
}
