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
    email_verified: number
    /** After the password, a passkey is asked for. */
    second_factor: number
    /** Since when the identity provider's word for the account has run out; a sign-in there ends it. */
    suspended_at: number | null
  }
  web_sessions: {
    id: string
    user_id: string
    /** SHA-256 of the secret in the sealed cookie: a copy of the database opens no session. */
    secret_hash: string
    generation: number
    rotated_at: number
    created_at: number
    last_seen_at: number
    expires_at: number
    browser: string
    network: string
  }
  mail_links: {
    /** SHA-256 of the token: a copy of the database opens no link. */
    token_hash: string
    id: string
    kind: 'verify' | 'reset' | 'invite'
    email: string
    user_id: string | null
    /** PHC string, of an account that is yet to be made. */
    password_hash: string | null
    next: string
    expires_at: number
  }
  passkeys: {
    /** The credential's id, base64url. */
    id: string
    user_id: string
    /** COSE key, base64url. */
    public_key: string
    counter: number
    /** JSON list. */
    transports: string
    name: string
    created_at: number
    last_used_at: number | null
  }
  recovery_codes: {
    user_id: string
    code_hash: string
  }
  ssh_keys: {
    fingerprint: string
    user_id: string
    algorithm: string
    blob: string
    bound_at: number
    last_seen_at: number | null
    last_seen_from: string | null
  }
  signing_keys: {
    kid: string
    /** JWK, encrypted under the secret key. */
    sealed_jwk: string
    created_at: number
    /** Signs nothing after this; verifies until its tokens have expired. */
    retired_at: number | null
    purpose: 'access_token' | 'assertion'
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
    /** Null for one that lasts until it is revoked. */
    expires_at: number | null
    scope: string | null
    redirect_host: string | null
    last_used_at: number | null
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
  tasks: {
    route: string
    /** SHA-256 of the server's id. */
    id_hash: string
    user_id: string
    client_id: string
    expires_at: number
  }
  tools: {
    route: string
    name: string
    seen_hash: string
    /** Canonical JSON of the definition that the server showed last. */
    seen_text: string
    approved_hash: string | null
    approved_text: string | null
    approved_by: string | null
    approved_at: number | null
    first_seen_at: number
    changed_at: number
  }
  shares: {
    id: string
    route: string
    shared_by: string
    email: string
    /** JSON list of patterns; null: everything that the sharer may do. */
    tools: string | null
    created_at: number
    expires_at: number
  }
  upstream_connections: {
    user_id: string
    route: string
    /** The MCP server for which the tokens are good; a route that leads elsewhere now does not get them. */
    resource: string
    issuer: string
    /** New with each set of tokens. */
    generation: string
    /** Encrypted under the secret key; null when the person has to sign in there again. */
    sealed_tokens: string | null
    scope: string | null
    /** What the next sign-in asks for, where a call needed more than the tokens had. */
    asked_scope: string | null
    /** Of the access token; null where the server does not say. */
    expires_at: number | null
    connected_at: number
    renewed_at: number
  }
  upstream_clients: {
    issuer: string
    route: string
    /** What the server answered to our registration, encrypted under the secret key. */
    sealed_client: string
    created_at: number
  }
  calls: {
    request_id: string
    at: number
    route: string
    user_id: string | null
    email: string | null
    client_id: string | null
    tool: string | null
    verdict: string
    /** JSON: what nobody searches by. */
    facts: string
    /** From here on null until the call has ended, or where nobody knows. */
    status: number | null
    duration_ms: number | null
    bytes_in: number | null
    bytes_out: number | null
    flags: string | null
    is_error: number | null
    /** How the waiting for a person ended. */
    approval: string | null
  }
}
