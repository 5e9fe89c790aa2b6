import type { IncomingMessage, ServerResponse } from 'node:http'

import type { User } from '../identity/user.ts'

/** What a person is asked: may this client call that URL as you? */
export interface ConsentQuestion {
  readonly uid: string
  readonly clientId: string
  /** As the client calls itself: nobody checked it. */
  readonly clientName: string
  /** Where the answer goes: the one thing about a self-registered client that is true. */
  readonly redirectUri: string
  readonly resource: string
  readonly scope: string
}

/** The authorization server, as the web role mounts it. Requests and responses are the raw ones of node:http. */
export interface OAuthEndpoints {
  handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void>
}

/** Open questions of the authorization server. */
export interface Consent {
  /** Undefined when the question was answered already, has expired, or was opened in another browser. */
  find(request: IncomingMessage, response: ServerResponse): Promise<ConsentQuestion | undefined>
  /** Grants exactly what was shown, as that user, and redirects to the client. */
  allow(
    request: IncomingMessage,
    response: ServerResponse,
    answer: { readonly question: ConsentQuestion; readonly user: User },
  ): Promise<void>
  deny(request: IncomingMessage, response: ServerResponse): Promise<void>
}
