import { err, ok, type Result } from '../../kernel/result.ts'
import { isRecord } from '../../kernel/record.ts'
import { textAt, type RawClaims } from '../claim-path.ts'
import { oidc, type Described, type Preset } from './preset.ts'

const ANY_TENANT = new Set(['common', 'organizations', 'consumers'])
const FORM = 'it is https://login.microsoftonline.com/TENANT/v2.0, or "organizations" for TENANT and "allowed.tenants"'

/** Whether the issuer stands for many tenants: then its metadata holds a template, and each token names its own tenant. */
export const isMultiTenant = (issuer: URL): boolean => ANY_TENANT.has(issuer.pathname.split('/')[1] ?? '')

/**
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference: `sub` differs for each application, so
 * the person is `tid` and `oid`. `email` is whatever a tenant's administrator wrote: it identifies nobody.
 */
export const entra: Preset = {
  ...oidc,
  name: 'Microsoft',
  issuer: 'https://login.microsoftonline.com/common/v2.0',
  issuerForm: FORM,
  isIssuer: (issuer) => /^\/[^/]+\/v2\.0$/.test(issuer.pathname),
  isPublic: isMultiTenant,
  scopes: ['openid', 'email', 'profile', 'offline_access'],
  optionalScopes: [],
  parameters: () => ({}),
  choosePrompt: 'select_account',
  claims: { groups: 'groups', roles: 'roles' },
  readsUserInfo: false,
  describe: describeEntra,
}

function describeEntra(raw: RawClaims): Result<Described, string> {
  const tenant = textAt(raw, 'tid')?.toLowerCase()
  const object = textAt(raw, 'oid')
  if (tenant === undefined || object === undefined) return err('The token names no "tid" and "oid"')
  const address = textAt(raw, 'email')
  // An optional claim of the application: the address's domain is one that the tenant has proven to own.
  const verified = [true, 1, '1', 'true'].some((yes) => raw['xms_edov'] === yes)
  return ok({
    subject: `${tenant}/${object}`,
    email: address === undefined ? undefined : { address, verified },
    facts: { tenant: [tenant] },
    warnings: hasOverage(raw)
      ? [
          'The person is in more groups than fit into a token, so none is kept: use app roles, or "groups assigned to the application"',
        ]
      : [],
  })
}

/** Instead of the groups the token names an address where they could be asked for. */
function hasOverage(raw: RawClaims): boolean {
  const names = raw['_claim_names']
  return (isRecord(names) && 'groups' in names) || raw['hasgroups'] === true || raw['hasgroups'] === 'true'
}
