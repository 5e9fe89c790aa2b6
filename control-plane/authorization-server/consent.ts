import type { IncomingMessage, ServerResponse } from 'node:http'

import type Provider from 'oidc-provider'

import type { User } from '../identity/user.ts'
import type { Consent, ConsentQuestion } from '../oauth/consent.ts'
import { grantAccess, type GrantAccessPorts } from './grant-access.ts'

/** The questions that the authorization server has open. */
export class ConsentDesk implements Consent {
  readonly #ports: GrantAccessPorts

  constructor(ports: GrantAccessPorts) {
    this.#ports = ports
  }

  /** Undefined when the question was answered already, has expired, or was opened in another browser. */
  async find(request: IncomingMessage, response: ServerResponse): Promise<ConsentQuestion | undefined> {
    const provider = this.#ports.provider()
    let details: Awaited<ReturnType<Provider['interactionDetails']>>
    try {
      details = await provider.interactionDetails(request, response)
    } catch {
      return undefined
    }
    const clientId = String(details.params['client_id'])
    const client = await provider.Client.find(clientId)
    const { resource } = details.params
    return {
      uid: details.uid,
      clientId,
      clientName: client?.clientName ?? clientId,
      redirectUri: String(details.params['redirect_uri']),
      resource: String(Array.isArray(resource) ? resource[0] : resource),
      scope: typeof details.params['scope'] === 'string' ? details.params['scope'] : '',
    }
  }

  /** Grants exactly what was shown, as the user whose browser answered, and redirects to the client. */
  async allow(
    request: IncomingMessage,
    response: ServerResponse,
    answer: { question: ConsentQuestion; user: User },
  ): Promise<void> {
    const { question, user } = answer
    const { clientId, clientName, resource, scope } = question
    const redirectHost = placeOf(question.redirectUri)
    const access = { userId: user.id, clientId, clientName, resource, scope, redirectHost }
    const grantId = await grantAccess(access, this.#ports)
    const result = { login: { accountId: user.id, remember: false }, consent: { grantId } }
    await this.#ports.provider().interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  async deny(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = { error: 'access_denied', error_description: 'The person said no' }
    await this.#ports.provider().interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
}

/** The host, or the scheme where what stands behind it is a name that the app chose. */
function placeOf(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri)
  return protocol === 'https:' || protocol === 'http:' ? host : protocol
}
