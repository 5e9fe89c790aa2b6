import type { SignUpMode } from '../identity/sign-up.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Addressing } from '../routes/addressing.ts'
import type { AuditSettings } from './audit.ts'
import type { MailSettings } from './mail.ts'
import type { OAuthSettings } from './oauth.ts'
import type { SshLimits } from './ssh.ts'
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
  readonly tls:
    | {
        readonly certificateChainPem: string
        readonly privateKeyPem: Secret<string>
        /** Clients are asked for a certificate of these authorities, and may have none. */
        readonly clientAuthoritiesPem: string | undefined
      }
    | undefined
  readonly ssh: {
    readonly listen: readonly ListenAddress[]
    /** What people type: `ssh -R 0 -p PORT HOST`. */
    readonly publicHost: string
    readonly publicPort: number
    readonly limits: SshLimits
  }
  readonly signUp: SignUpMode
  /** Undefined: links are printed on loopback, and nobody is told anything elsewhere. */
  readonly mail: MailSettings | undefined
  readonly oauth: OAuthSettings
  /** Where our own requests may go beside public addresses. */
  readonly outbound: {
    /** Host names of which the operator knows that they are inside. Lower case. */
    readonly privateHosts: readonly string[]
    /** PEM of certificate authorities that are good for those hosts, beside the usual ones. */
    readonly privateCaPem: string | undefined
  }
  /** Whether people may have a password here; without, identity providers are the only way in. */
  readonly passwords: boolean
  readonly identityProviders: readonly ProviderSettings[]
  readonly audit: AuditSettings
  readonly secretKeyFile: string | undefined
}
