import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { selfSigned } from '../golden/self-signed.ts'
import { REDIRECT } from '../system/support/oauth.ts'

/** Where the Inspector comes back to. */
const INSPECTOR_REDIRECT = 'http://127.0.0.1:6276/oauth/callback'

/** A website on this computer that publishes the document of a client (CIMD). */
export interface DocumentSite extends AsyncDisposable {
  /** The client's id. */
  readonly url: string
  readonly certificate: string
}

export const documentAt = (url: string): Readonly<Record<string, unknown>> => ({
  client_id: url,
  client_name: 'Client with a document',
  redirect_uris: [REDIRECT, INSPECTOR_REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
})

export async function startDocumentSite(folder: string): Promise<DocumentSite> {
  const { certificateChainPem, privateKeyPem } = await selfSigned('localhost', folder)
  const server = createServer({ cert: certificateChainPem, key: privateKeyPem.reveal() }, (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(documentAt(url)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}/client.json`
  return {
    url,
    certificate: certificateChainPem,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
