import type { Home } from './home.ts'
import type { Stage } from './stage.ts'

/** A client program as people run it. */
export interface RealClient {
  readonly name: string
  readonly version: string
  /** Puts the program in place; why it cannot be run here, where that is so. */
  install(): Promise<NotHere | undefined>
  open(at: { readonly stage: Stage; readonly home: Home }): Promise<Session>
  /** It identifies itself by the address of a document (CIMD): it needs a stage that fetches them. */
  readonly isDocumented?: true
}

export interface NotHere {
  readonly reason: string
}

export interface Session extends AsyncDisposable {
  /** From the MCP URL alone to tokens. The person is asked on the way. */
  signIn(): Promise<void>
  /** Calls the tool of the stage; whatever the program shows of its answer. */
  call(): Promise<string>
  /**
   * Makes the program think that its access token has expired. Where it is missing the server revokes the token
   * instead, and the program has to see the 401 for itself; many look at nothing but their own clock.
   */
  age?(): Promise<void>
}

export const nothingToClose = { async [Symbol.asyncDispose]() {} }
