/** Criteria of Pomerium that cannot be judged here, and what to write instead. */
const WHY: Readonly<Record<string, string>> = {
  client_certificate: 'clients are known by their OAuth tokens: use "oauth_client" or "user"',
  invalid_client_certificate: 'clients are known by their OAuth tokens, so there is nothing to deny',
  cors_preflight: 'preflights are answered before any policy, for the origins of "cors.origins": leave it out',
  device: 'there is no register of devices: ask for a passkey at the identity provider, and use "claim/amr"',
  record: 'there is no directory of records: use "groups" or "claim/PATH"',
  pomerium_routes: 'it is for Pomerium’s own pages: leave it out',
  ssh_publickey: 'who serves a route is the account that its key is bound to: use "user", "email" or "groups"',
  ssh_ca: 'certificates are not accepted for SSH: use "user", "email" or "groups"',
  ssh_username: 'the SSH user name is not used to tell people apart: use "user" or "email"',
  ssh_username_matches_email: 'the SSH user name is not used to tell people apart: use "email"',
  ssh_username_matches_claim: 'the SSH user name is not used to tell people apart: use "claim/PATH"',
}

export const unsupported = (name: string): string | undefined => (Object.hasOwn(WHY, name) ? WHY[name] : undefined)
