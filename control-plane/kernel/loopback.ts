/** Whether a URL's `hostname` is this computer itself (RFC 8252 §7.3, RFC 6761 §6.3). IPv6 in brackets, as URL writes it. */
export const isLoopbackHostname = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
