import { registrationOfNativeAppAsWeb } from './registration-of-native-app-as-web.ts'
import { registrationWithForeignGrants } from './registration-with-foreign-grants.ts'
import { registrationWithNulls } from './registration-with-nulls.ts'
import { registrationWithPlainHttp } from './registration-with-plain-http.ts'
import { registrationWithScope } from './registration-with-scope.ts'
import { resourceWithTrailingSlash } from './resource-with-trailing-slash.ts'
import type { ClientMetadata, ParameterRule, RegistrationRule } from './rule.ts'
import { scopeMissingOrUnknown } from './scope-missing-or-unknown.ts'
import { scopeOnRefresh } from './scope-on-refresh.ts'

const PARAMETER_RULES: readonly ParameterRule[] = [resourceWithTrailingSlash, scopeMissingOrUnknown, scopeOnRefresh]

/** Nulls go first, so that no later rule meets one. */
const REGISTRATION_RULES: readonly RegistrationRule[] = [
  registrationWithNulls,
  registrationWithPlainHttp,
  registrationWithScope,
  registrationWithForeignGrants,
  registrationOfNativeAppAsWeb,
]

export function applyParameterRules(endpoint: string, parameters: URLSearchParams): void {
  for (const rule of PARAMETER_RULES.filter(({ endpoints }) => endpoints.some((name) => name === endpoint))) {
    rule.apply(parameters)
  }
}

export const applyRegistrationRules = (metadata: ClientMetadata): ClientMetadata =>
  REGISTRATION_RULES.reduce((soFar, rule) => rule(soFar), metadata)
