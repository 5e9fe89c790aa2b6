import { isRecord } from '../../kernel/record.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { oidc, type Described, type Preset } from './preset.ts'

/** What GitHub's API says: `/user`, `/user/emails`, `/user/orgs`, `/user/teams`. */
export interface GitHubAnswers {
  readonly user: unknown
  readonly emails: readonly unknown[]
  readonly organisations: readonly unknown[]
  readonly teams: readonly unknown[]
}

/**
 * https://docs.github.com/apps/oauth-apps: OAuth without OpenID Connect, so a person is what the API says of the token's
 * owner. Also for Enterprise Server, whose API is below `/api/v3`.
 */
export const github: Preset = {
  ...oidc,
  name: 'GitHub',
  issuer: 'https://github.com',
  issuerForm: 'it is https://github.com or https://HOST of an Enterprise Server, without a path',
  isIssuer: (issuer) => issuer.pathname === '/',
  canonicalIssuer: (issuer) => new URL(issuer).origin,
  isPublic: (issuer) => issuer.hostname === 'github.com',
  scopes: ['read:user', 'user:email', 'read:org'],
  optionalScopes: [],
  parameters: () => ({}),
  claims: {},
  readsUserInfo: false,
}

/** github.com's API has its own host, as that of `*.ghe.com` has. */
export function apiBaseOf(issuer: URL): string {
  const own = issuer.hostname === 'github.com' || issuer.hostname.endsWith('.ghe.com')
  return own ? `${issuer.protocol}//api.${issuer.host}` : `${issuer.origin}/api/v3`
}

/** The number is the person: logins are given up and taken by others. */
export function describeGitHub(answers: GitHubAnswers, issuer: URL): Result<Described, string> {
  const { user } = answers
  if (!isRecord(user) || typeof user['id'] !== 'number') return err('The API names no user')
  const primary = answers.emails.find((email) => isRecord(email) && email['primary'] === true)
  const address = isRecord(primary) && typeof primary['email'] === 'string' ? primary['email'] : undefined
  const verified = isRecord(primary) && primary['verified'] === true
  return ok({
    subject: String(user['id']),
    email: address === undefined ? undefined : { address, verified },
    facts: { groups: groupsOf(answers, issuer), login: textsOf(user['login']), name: textsOf(user['name']) },
    warnings: [],
  })
}

/** `HOST/ORGANISATION` and `HOST/ORGANISATION/TEAM`: anybody may found one called "admins", which must not be another's. */
function groupsOf({ organisations, teams }: GitHubAnswers, issuer: URL): readonly string[] {
  const named = organisations.filter(isRecord).flatMap((organisation) => textsOf(organisation['login']))
  const teamNames = teams.filter(isRecord).flatMap((team) => {
    const organisation = isRecord(team['organization']) ? textsOf(team['organization']['login']) : []
    return organisation.flatMap((owner) => textsOf(team['slug']).map((slug) => `${owner}/${slug}`))
  })
  return [...named, ...teamNames].map((name) => `${issuer.host}/${name}`)
}

const textsOf = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? [value] : [])
