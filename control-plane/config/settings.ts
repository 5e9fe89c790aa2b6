import type { SignUpMode } from '../identity/sign-up.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Addressing } from '../routes/addressing.ts'
import type { ProviderSettings } from '../upstream-idp/provider-settings.ts'

export interface ListenAddress {
  readonly host: string
  /** 1 to 65535; tests may pass 0 where the part that listens says what it got. */
  readonly port: number
}

/** Everything that is fixed while the program runs. */
export interface Settings {
  readonly dataFolder: string
  readonly addressing: Addressing
  /** Where Envoy listens. */
  readonly listen: readonly ListenAddress[]
  readonly tls: { readonly certificateChainPem: string; readonly privateKeyPem: Secret<string> } | undefined
  readonly ssh: {
    readonly listen: readonly ListenAddress[]
    /** What people type: `ssh -R 0 -p PORT HOST`. */
    readonly publicHost: string
    readonly publicPort: number
  }
  readonly signUp: SignUpMode
  /** Whether people may have a password here; without, identity providers are the only way in. */
  readonly passwords: boolean
  readonly identityProviders: readonly ProviderSettings[]
  readonly accessTokenMs: number
  readonly clientIdMetadataDocuments: boolean
  readonly secretKeyFile: string | undefined
}
