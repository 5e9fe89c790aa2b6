import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startEverything } from '../fixture/everything/everything.ts'
import { startGateway, type GatewayOptions } from '../system/support/gateway.ts'
import { freePort } from '../system/support/ports.ts'
import { startSsh } from '../system/support/ssh.ts'
import { MCP_URL, openTunnel } from '../system/support/tunnel.ts'
import { startDocumentSite, type DocumentSite } from './documents.ts'
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
  /** The address of a document that is a client's id, where the stage has clients of that kind. */
  readonly clientDocument: string | undefined
  /** Revokes the newest access token, and only that: the next call is answered with 401. */
  expire(): Promise<void>
  /** Another gateway process over the same data, and the tunnel opened again. */
  restart(): Promise<void>
  readonly log: () => string
}

const EMAIL = 'ann@example.com'

/** `documents`: clients are known by the address of a document (CIMD) instead of registering. */
export async function openStage(options: { readonly documents: boolean }): Promise<Stage> {
  await using open = new AsyncDisposableStack()
  const everything = open.use(await startEverything())
  const site = options.documents ? open.use(await startDocumentSite(await temporaryFolder(open))) : undefined
  const front = await freePort()
  const origin = `http://localhost:${front}`
  const gateway = open.use(await startGateway({ publicUrl: origin, ...settingsFor(site) }))
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
    clientDocument: site?.url,
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

/** Documents on the internet cannot be fetched here, so that clients which have one there must not be told to use it. */
function settingsFor(site: DocumentSite | undefined): GatewayOptions {
  if (site === undefined) return { config: 'oauth: { client_id_metadata_documents: false }\n' }
  return {
    config:
      'oauth: { client_id_metadata_documents: true }\noutbound: { private_hosts: [localhost], ca_file: site.pem }\n',
    files: { 'site.pem': site.certificate },
  }
}

async function temporaryFolder(owner: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-documents-'))
  owner.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}
