import { auth0 } from './auth0.ts'
import { entra } from './entra.ts'
import { github } from './github.ts'
import { google } from './google.ts'
import { keycloak } from './keycloak.ts'
import { okta } from './okta.ts'
import { oidc, type Preset } from './preset.ts'

export const PRESET_NAMES = ['oidc', 'google', 'entra', 'okta', 'auth0', 'keycloak', 'github'] as const
export type PresetName = (typeof PRESET_NAMES)[number]

export const PRESETS: Readonly<Record<PresetName, Preset>> = { oidc, google, entra, okta, auth0, keycloak, github }
