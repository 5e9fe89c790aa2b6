/** Rows as they are stored. Times are milliseconds since the epoch; booleans are 0 or 1. */
export interface Schema {
  users: {
    id: string
    email: string
    tunnel_name: string
    /** PHC string (argon2id); null for people who sign in elsewhere. */
    password_hash: string | null
    disabled: number
    claims: string
    created_at: number
    /** Since when the identity provider's word for the account has run out; a sign-in there ends it. */
    suspended_at: number | null
  }
  web_sessions: {
    /** SHA-256 of the cookie's value: a copy of the database opens no session. */
    id_hash: string
    user_id: string
    created_at: number
    expires_at: number
  }
  ssh_keys: {
    fingerprint: string
    user_id: string
    algorithm: string
    blob: string
    bound_at: number
  }
  signing_keys: {
    kid: string
    /** JWK, encrypted under the secret key. */
    sealed_jwk: string
    created_at: number
    /** Signs nothing after this; verifies until its tokens have expired. */
    retired_at: number | null
  }
  oauth_payloads: {
    model: string
    id: string
    payload: string
    grant_id: string | null
    uid: string | null
    expires_at: number | null
    consumed_at: number | null
  }
  grants: {
    id: string
    user_id: string
    client_id: string
    client_name: string
    resource: string
    created_at: number
    revoked_at: number | null
  }
  tunnels: {
    route: string
    user_id: string
    first_up_at: number
    last_up_at: number
    last_down_at: number | null
  }
  identities: {
    provider_id: string
    issuer: string
    subject: string
    user_id: string
    claims: string
    made_account: number
    /** The account's address as far as it came from here; null for an identity that was connected later. */
    given_email: string | null
    refreshed_at: number
    /** Encrypted under the secret key. */
    sealed_refresh_token: string | null
    created_at: number
    stale_since: number | null
  }
}
