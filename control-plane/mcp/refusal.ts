import type { RequestId } from './message.ts'

/** Error codes of our own (outside the range that JSON-RPC and MCP reserve) and the standard ones that we send. */
export const errorCode = {
  accessDenied: -32060,
  tunnelOffline: -32061,
  rateLimited: -32062,
  approval: -32063,
  upstreamSignIn: -32064,
  parseError: -32700,
  invalidRequest: -32600,
  invalidParams: -32602,
  headerMismatch: -32020,
  sessionNotFound: -32001,
} as const

export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** A JSON-RPC 2.0 error response (§5.1). The id is null where the request's could not be read. */
export const rpcErrorBody = (id: RequestId | undefined, error: RpcError): string =>
  JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error })
