/** What a real client sends on its way to tokens, as bytes, for `recordings.test.ts` to send again. */
export interface Recording {
  readonly client: string
  readonly version: string
  /** `run`: recorded by `npm run clients -- --record`; `published`: put together from what its makers and users have published. */
  readonly source: 'run' | 'published'
  /** The day on which it was recorded or put together. */
  readonly date: string
  /** For a person: the requests up to the first tokens, each address once. */
  readonly path?: readonly string[]
  /** Dynamic registration, RFC 7591. */
  readonly registration?: Message
  /** Instead of a registration: the document at the address that is the client's id, and the keys that it names. */
  readonly document?: Readonly<Record<string, unknown>>
  /** The query of the authorization request, in the client's own order and spelling. */
  readonly authorize: string
  readonly token: Message
  readonly refresh?: Message
  /** The path to which the client sent that. */
  readonly refreshedAt?: string
}

export interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What stands in recordings for the addresses of the run. */
export const ORIGIN = 'http://localhost:7800'
export const ROUTE = 'calm-otter-4821'
