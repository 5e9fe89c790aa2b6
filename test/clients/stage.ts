import { startEverything } from '../fixture/everything/everything.ts'
import { startGateway } from '../system/support/gateway.ts'
import { freePort } from '../system/support/ports.ts'
import { startSsh } from '../system/support/ssh.ts'
import { MCP_URL, openTunnel } from '../system/support/tunnel.ts'
import { Person } from './person.ts'
import { isTokenRequest, startRecorder, type Exchange } from './recorder.ts'

/** What the tool answers that every client calls. */
export const TOOL = 'test_simple_text'
export const TOOL_TEXT = 'This is a simple text response for testing.'

/** A real gateway with a real tunnel to an MCP server, watched from outside, and the person to whom it belongs. */
export interface Stage extends AsyncDisposable {
  /** Where clients are sent. */
  readonly origin: string
  readonly url: string
  readonly route: string
  readonly person: Person
  readonly seen: readonly Exchange[]
  /** Revokes the newest access token, and only that: the next call is answered with 401. */
  expire(): Promise<void>
  /** Another gateway process over the same data, and the tunnel opened again. */
  restart(): Promise<void>
  readonly log: () => string
}

const EMAIL = 'ann@example.com'

export async function openStage(options: { readonly config?: string; readonly files?: Record<string, string> } = {}): Promise<Stage> {
  await using open = new AsyncDisposableStack()
  const everything = open.use(await startEverything())
  const front = await freePort()
  const origin = `http://localhost:${front}`
  const gateway = open.use(await startGateway({ publicUrl: origin, ...options }))
  const recorder = open.use(await startRecorder({ from: front, to: gateway.httpPort }))
  const tunnel = await openTunnel(gateway, { email: EMAIL, port: everything.port })
  let { ssh } = tunnel
  open.defer(() => ssh.kill())
  const kept = open.move()
  return {
    origin,
    url: tunnel.url,
    route: tunnel.route,
    person: new Person(EMAIL),
    seen: recorder.seen,
    async expire() {
      const granted = recorder.seen.findLast((exchange) => isTokenRequest(exchange) && exchange.status === 200)
      const form = new URLSearchParams(granted?.body)
      const token = String((JSON.parse(granted?.answer ?? '{}') as Record<string, unknown>)['access_token'])
      const body = new URLSearchParams({ token, client_id: form.get('client_id') ?? '' })
      const { authorization } = granted?.headers ?? {}
      const headers: Record<string, string> = typeof authorization === 'string' ? { authorization } : {}
      const secret = form.get('client_secret')
      if (secret !== null) body.set('client_secret', secret)
      const response = await fetch(`${origin}/oauth/revoke`, { method: 'POST', body, headers })
      if (response.status !== 200) throw new Error(`Not revoked: ${response.status} ${await response.text()}`)
    },
    async restart() {
      await gateway.restart()
      await ssh.kill()
      ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${everything.port}`], { key: tunnel.key })
      await ssh.see(MCP_URL)
    },
    log: gateway.output,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
