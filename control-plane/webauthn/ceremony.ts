import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'

import type { Passkey, PasskeyCeremony } from '../identity/passkeys.ts'

/** EdDSA, ES256, RS256 (RFC 9053 §2, RFC 8812 §2). */
const ALGORITHMS = [-8, -7, -257]
const TIMEOUT_MS = 5 * 60_000
const MAX_ANSWER_CHARS = 16_384
const MAX_TRANSPORTS = 8

/** Passkeys for the host of `publicUrl`; the person is verified by the authenticator, always. */
export function webauthnCeremony(publicUrl: URL): PasskeyCeremony {
  const rpID = publicUrl.hostname
  const described = (passkeys: readonly Passkey[]): { id: string; transports: string[] }[] =>
    passkeys.map(({ id, transports }) => ({ id, transports: [...transports] }))
  const expected = { expectedOrigin: publicUrl.origin, expectedRPID: rpID, requireUserVerification: true } as const
  return {
    async creationOptions({ user, challenge, known }) {
      const options = await generateRegistrationOptions({
        rpName: 'Sallyport',
        rpID,
        userName: user.email,
        userDisplayName: user.email,
        userID: new Uint8Array(Buffer.from(user.id)),
        challenge,
        timeout: TIMEOUT_MS,
        attestationType: 'none',
        excludeCredentials: described(known),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
      })
      return JSON.stringify(options)
    },
    async requestOptions({ challenge, allowed }) {
      const options = await generateAuthenticationOptions({
        rpID,
        challenge,
        timeout: TIMEOUT_MS,
        userVerification: 'required',
        ...(allowed.length === 0 ? {} : { allowCredentials: described(allowed) }),
      })
      return JSON.stringify(options)
    },
    async verifyCreation(answer, takeChallenge) {
      const response = parse(answer) as RegistrationResponseJSON | undefined
      if (response === undefined) return undefined
      try {
        const verified = await verifyRegistrationResponse({
          response,
          expectedChallenge: takeChallenge,
          supportedAlgorithmIDs: ALGORITHMS,
          ...expected,
        })
        if (!verified.verified) return undefined
        const { id, publicKey, counter, transports } = verified.registrationInfo.credential
        const words = Array.isArray(transports) ? transports : []
        return {
          id,
          publicKey: Buffer.from(publicKey).toString('base64url'),
          counter,
          transports: words
            .filter((word: unknown) => typeof word === 'string' && /^[a-z-]{1,20}$/.test(word))
            .slice(0, MAX_TRANSPORTS),
        }
      } catch {
        return undefined
      }
    },
    claimOf(answer) {
      const claimed: { id?: unknown; response?: { userHandle?: unknown } | null } | undefined = parse(answer)
      if (typeof claimed?.id !== 'string') return undefined
      const handle = claimed.response?.userHandle
      const userId = typeof handle === 'string' ? Buffer.from(handle, 'base64url').toString('utf8') : undefined
      return { id: claimed.id, userId }
    },
    async verifyRequest(answer, passkey, takeChallenge) {
      try {
        const verified = await verifyAuthenticationResponse({
          response: parse(answer) as AuthenticationResponseJSON,
          expectedChallenge: takeChallenge,
          credential: {
            id: passkey.id,
            publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
            counter: passkey.counter,
          },
          ...expected,
        })
        return verified.verified ? verified.authenticationInfo.newCounter : undefined
      } catch {
        return undefined
      }
    },
  }
}

function parse(answer: string): object | undefined {
  if (answer.length > MAX_ANSWER_CHARS) return undefined
  try {
    const value: unknown = JSON.parse(answer)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
