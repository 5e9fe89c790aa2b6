/**
 * Lower case; undefined for what is no address. Dot-atoms in ASCII only (RFC 5322 §3.2.3): a comma, a quote or a line
 * break would mean something to a mail's header. Whether mail arrives is for a mail to find out.
 */
export function normalizeEmail(email: string): string | undefined {
  const address = email.trim().toLowerCase()
  // RFC 5321 §4.5.3.1 bounds the whole and the part before the at.
  if (address.length > 254 || address.indexOf('@') > 64) return undefined
  return ADDRESS.test(address) ? address : undefined
}

const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const ADDRESS = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})+$`)
