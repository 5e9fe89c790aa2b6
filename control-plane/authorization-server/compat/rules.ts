import type { IncomingHttpHeaders } from 'node:http'

import type { Support } from '../../oauth/support.ts'
import { bearerAtTheTokenEndpoint } from './bearer-at-the-token-endpoint.ts'
import { contentTypeTwice } from './content-type-twice.ts'
import { promptUnknown } from './prompt-unknown.ts'
import { registrationOfNativeAppAsWeb } from './registration-of-native-app-as-web.ts'
import { registrationWithDecoration } from './registration-with-decoration.ts'
import { registrationWithForeignGrants } from './registration-with-foreign-grants.ts'
import { registrationWithNulls } from './registration-with-nulls.ts'
import { registrationWithPlainHttp } from './registration-with-plain-http.ts'
import { registrationWithoutAuthMethod } from './registration-without-auth-method.ts'
import { resourceInAnotherSpelling } from './resource-in-another-spelling.ts'
import { resourceMissing } from './resource-missing.ts'
import { resourceWithTrailingSlash } from './resource-with-trailing-slash.ts'
import type { ClientMetadata, HeaderRule, ParameterRule, RegistrationRule, RequestContext } from './rule.ts'
import { scopeMissingOrUnknown } from './scope-missing-or-unknown.ts'
import { scopeOnRefresh } from './scope-on-refresh.ts'

const HEADER_RULES: readonly HeaderRule[] = [contentTypeTwice, bearerAtTheTokenEndpoint]

/** A missing resource is guessed before the spelling of any is looked at. */
const PARAMETER_RULES: readonly ParameterRule[] = [
  resourceMissing,
  resourceInAnotherSpelling,
  resourceWithTrailingSlash,
  scopeMissingOrUnknown,
  scopeOnRefresh,
  promptUnknown,
]

/** Nulls go first, so that no later rule meets one. */
const REGISTRATION_RULES: readonly RegistrationRule[] = [
  registrationWithNulls,
  registrationWithPlainHttp,
  registrationWithDecoration,
  registrationWithForeignGrants,
  registrationOfNativeAppAsWeb,
  registrationWithoutAuthMethod,
]

/** Before anything is read of the request; a copy. */
export function applyHeaderRules(endpoint: string, received: IncomingHttpHeaders): IncomingHttpHeaders {
  const headers = { ...received }
  for (const rule of HEADER_RULES.filter(({ endpoints }) => endpoints.some((name) => name === endpoint))) {
    rule.apply(headers)
  }
  return headers
}

export function applyParameterRules(endpoint: string, parameters: URLSearchParams, context: RequestContext): void {
  for (const rule of PARAMETER_RULES.filter(({ endpoints }) => endpoints.some((name) => name === endpoint))) {
    rule.apply(parameters, context)
  }
}

export const applyRegistrationRules = (metadata: ClientMetadata, support: Support): ClientMetadata =>
  REGISTRATION_RULES.reduce((soFar, rule) => rule(soFar, support), metadata)
