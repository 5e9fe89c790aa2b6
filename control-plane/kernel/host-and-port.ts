/** `127.0.0.1:7800`, `[::1]:7800`: how an address is written (RFC 3986 §3.2.2). `host` comes without brackets. */
export const hostAndPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
