/**
 * What reaches into ssh2 1.17 beyond its documented interface, each with its reason. package.json pins the minor version;
 * `ssh2-private.test.ts` and the system suite fail when a new one moves these parts.
 */
import type { Client } from 'ssh2'

type Handler = (protocol: unknown, ...rest: readonly unknown[]) => void

export interface Overheard {
  /** A question without a prompt: ssh2 answers it by itself, and the link in it would be seen by nobody. */
  question(title: string, text: string): void
  /** ssh2 keeps the sentence to itself where the code is SSH_DISCONNECT_BY_APPLICATION. */
  disconnect(text: string): void
}

/** To be called after `connect`. */
export function overhear(client: Client, { question, disconnect }: Overheard): void {
  const handlers = (client as unknown as { readonly _protocol: { readonly _handlers: Record<string, Handler> } })
    ._protocol._handlers
  before(handlers, 'USERAUTH_INFO_REQUEST', (title, text) => question(String(title), String(text)))
  before(handlers, 'DISCONNECT', (_code, text) => disconnect(typeof text === 'string' ? text : ''))
}

function before(handlers: Record<string, Handler>, name: string, hear: (...rest: readonly unknown[]) => void): void {
  const own = handlers[name]
  handlers[name] = (protocol, ...rest) => {
    hear(...rest)
    own?.(protocol, ...rest)
  }
}
