import type { Secret } from '../kernel/secret.ts'

/** A header that the gateway itself puts into a request on its way up. */
export interface UpstreamHeader {
  /** Lower case. */
  readonly name: string
  readonly value: Secret<string>
}

/** What a route's upstream gets from us beside the call. The client's own token never goes there. */
export interface UpstreamSide {
  /** Signed assertions of who calls. */
  readonly passIdentity: boolean
  /** The same on every call. */
  readonly headers: readonly UpstreamHeader[]
}
