import { textAt, type RawClaims } from '../claim-path.ts'
import { describeStandard, oidc, type Preset } from './preset.ts'

/**
 * https://developers.google.com/identity/openid-connect/openid-connect: a refresh token comes for `access_type=offline`,
 * and again only for `prompt=consent`; there are no groups; `hd` names the Workspace domain.
 */
export const google: Preset = {
  ...oidc,
  name: 'Google',
  issuer: 'https://accounts.google.com',
  isPublic: () => true,
  optionalScopes: [],
  parameters: ({ hostedDomains }) => ({
    access_type: 'offline',
    prompt: 'select_account consent',
    // Only narrows the choice of accounts; what counts is the claim.
    ...(hostedDomains.length === 1 ? { hd: String(hostedDomains[0]) } : {}),
  }),
  choosePrompt: 'select_account',
  claims: {},
  readsUserInfo: false,
  describe(raw) {
    const described = describeStandard(raw)
    if (!described.ok) return described
    const hostedDomain = textAt(raw, 'hd')?.toLowerCase()
    const { email } = described.value
    return {
      ok: true,
      value: {
        ...described.value,
        email: email && { ...email, verified: email.verified && isGooglesWord(raw, email.address) },
        facts: hostedDomain === undefined ? {} : { hosted_domain: [hostedDomain] },
      },
    }
  },
}

/**
 * Google hosts the address. Any other was verified once, maybe years ago: whoever has left a company keeps a Google
 * account under the address they had there.
 */
const isGooglesWord = (raw: RawClaims, address: string): boolean =>
  textAt(raw, 'hd') !== undefined || /@(?:gmail|googlemail)\.com$/i.test(address)
