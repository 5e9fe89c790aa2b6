import { LOOPBACK, pkce, type Lab } from './lab.ts'

/** The code flow of a client that authenticates with what `credentials` hold. */
export async function signInAs(
  lab: Lab,
  credentials: Readonly<Record<string, string>>,
  extra: {
    readonly authorize?: Readonly<Record<string, string>>
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Promise<Record<string, unknown>> {
  const { verifier, challenge } = pkce()
  const back = await lab.authorize({
    response_type: 'code',
    client_id: credentials['client_id'] ?? '',
    redirect_uri: LOOPBACK,
    resource: lab.resource,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra.authorize,
  })
  const form = {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: LOOPBACK,
    code_verifier: verifier,
    ...credentials,
  }
  const { status, body } = await lab.post('/oauth/token', form, extra.headers)
  if (status !== 200) throw new Error(`No tokens: ${JSON.stringify(body)}`)
  return body
}
