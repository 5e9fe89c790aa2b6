import { request, type IncomingHttpHeaders } from 'node:http'

import type { TestGateway } from './gateway.ts'
import { startSsh, type SshClient } from './ssh.ts'
import { startUpstream, type RecordingUpstream } from './upstream.ts'

/** A server of files that also tries what an upstream must not be able to do. */
export const startAssets = (text = 'export {}'): Promise<RecordingUpstream> =>
  startUpstream((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/javascript',
      'set-cookie': 'theirs=1; Path=/',
      'access-control-allow-origin': 'https://theirs.example',
      'service-worker-allowed': '/',
      etag: '"1"',
    })
    response.end(text)
  })

/** Forwards and words after the host; returns the client and the address that it printed. */
export async function serveAssets(
  gateway: TestGateway,
  options: { readonly key: string; readonly port: number; readonly words?: readonly string[]; readonly label?: string },
): Promise<{ readonly ssh: SshClient; readonly url: string }> {
  const { key, port, label = 'assets', words = [`public=${label}`] } = options
  const forward = ['-R', `${label}:443:localhost:${port}`, 'localhost', ...words]
  const ssh = startSsh(gateway.sshPort, ['-T', ...forward], { key })
  return { ssh, url: await ssh.see(PUBLIC_URL) }
}

export const PUBLIC_URL = /Public assets: everybody may read what is below (https?:\/\/\S+\/)/

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** What `fetch` would not send: paths as they are, a body with GET, an upgrade. */
export function raw(
  url: string,
  asked: {
    readonly method?: string
    readonly path?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  } = {},
): Promise<RawAnswer> {
  const { hostname, port, pathname } = new URL(url)
  const { method = 'GET', path = pathname, headers = {}, body } = asked
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = { hostname, port, path, method, headers: { ...headers, ...length }, agent: false as const }
    const sent = request(options, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    sent.once('upgrade', () => reject(new Error('The upgrade was accepted')))
    sent.once('error', reject)
    sent.end(body)
  })
}
