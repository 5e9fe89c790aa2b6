import type { IncomingMessage, ServerResponse } from 'node:http'

import type Provider from 'oidc-provider'

import type { User } from '../identity/user.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import type { Consent, ConsentQuestion } from '../oauth/consent.ts'
import type { Grants } from '../oauth/grants.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'
import { KEPT_WITH_CONSENT } from './registration.ts'

/** The questions that the authorization server has open. */
export class ConsentDesk implements Consent {
  readonly #provider: () => Provider
  readonly #grants: Grants
  readonly #payloads: OAuthPayloadStore
  readonly #random: Random

  constructor(ports: { provider: () => Provider; grants: Grants; payloads: OAuthPayloadStore; random: Random }) {
    this.#provider = ports.provider
    this.#grants = ports.grants
    this.#payloads = ports.payloads
    this.#random = ports.random
  }

  /** Undefined when the question was answered already, has expired, or was opened in another browser. */
  async find(request: IncomingMessage, response: ServerResponse): Promise<ConsentQuestion | undefined> {
    const provider = this.#provider()
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
    const provider = this.#provider()
    const grant = new provider.Grant({ accountId: user.id, clientId: question.clientId })
    grant.jti = newId('grt', this.#random)
    grant.addResourceScope(question.resource, question.scope)
    const grantId = await grant.save()
    for (const model of KEPT_WITH_CONSENT) await this.#payloads.keep({ model, id: question.clientId })
    await this.#grants.add({
      id: grantId,
      userId: user.id,
      clientId: question.clientId,
      clientName: question.clientName,
      resource: question.resource,
      scope: question.scope,
      redirectHost: placeOf(question.redirectUri),
    })
    const result = { login: { accountId: user.id, remember: false }, consent: { grantId } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  async deny(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = { error: 'access_denied', error_description: 'The person said no' }
    await this.#provider().interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
}

/** The host, or the scheme where what stands behind it is a name that the app chose. */
function placeOf(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri)
  return protocol === 'https:' || protocol === 'http:' ? host : protocol
}
