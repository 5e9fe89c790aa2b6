/** Criteria of Pomerium that cannot be judged here, and what to write instead. */
const WHY: Readonly<Record<string, string>> = {
  device: 'there is no register of devices: ask for a passkey at the identity provider, and use "claim/amr"',
  record: 'there is no directory of records: use "groups" or "claim/PATH"',
  pomerium_routes: 'it is for Pomerium’s own pages: leave it out',
  ssh_ca: 'certificates are not accepted for SSH: use "user", "email" or "groups"',
}

export const unsupported = (name: string): string | undefined => (Object.hasOwn(WHY, name) ? WHY[name] : undefined)
