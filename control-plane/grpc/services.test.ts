import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { service } from '../../proto/codec.ts'
import { struct } from '../../proto/struct.ts'
import { silentLog } from '../kernel/log.ts'
import { accessLogService, type AccessLogEntry } from './access-log.ts'
import { extAuthzMethod, type Check, type CheckRequest, type CheckResponse } from './ext-authz.ts'
import { extProcService } from './ext-proc.ts'
import { openGrpcServer, type GrpcService } from './server.ts'
import { openUnaryServer } from './unary-server.ts'

let folder: string
let open: AsyncDisposableStack
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpc-'))
  open = new AsyncDisposableStack()
})
afterEach(async () => {
  await open.disposeAsync()
  await rm(folder, { recursive: true })
})

async function clientOf(...services: readonly GrpcService[]): Promise<Client> {
  const path = join(folder, 'test.sock')
  open.use(await openGrpcServer(path, services))
  const client = new Client(`unix:${path}`, credentials.createInsecure())
  open.defer(() => client.close())
  return client
}

async function ask(check: Check): Promise<CheckResponse | ServiceError> {
  const { Check: method } = service('envoy.service.auth.v3.Authorization')
  const socket = join(folder, 'authz.sock')
  open.use(await openUnaryServer(socket, extAuthzMethod(check, silentLog)))
  const client = new Client(`unix:${socket}`, credentials.createInsecure())
  open.defer(() => client.close())
  return new Promise((resolve) => {
    const request: CheckRequest = { attributes: { request: { http: { path: '/a' } } } }
    const { path, requestSerialize, responseDeserialize } = method
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (problem, response) => {
      resolve(problem ?? response ?? {})
    })
  })
}

test('extAuthzMethod() answers with what the check says, now or later', async () => {
  const verdict = { denied_response: { body: 'no' }, dynamic_metadata: struct({ decision: 'deny' }) }

  expect(await ask(() => verdict)).toEqual(verdict)
  expect(await ask(() => Promise.resolve(verdict))).toEqual(verdict)
})

const INTERNAL = 13
test.each<[string, Check]>([
  [
    'the check throws',
    () => {
      throw new Error('secret reason')
    },
  ],
  ['the check rejects', () => Promise.reject(new Error('secret reason'))],
  ['an allow says deny in its metadata', () => ({ ok_response: {}, dynamic_metadata: struct({ decision: 'deny' }) })],
  [
    'a denial says allow in its metadata',
    () => ({ denied_response: {}, dynamic_metadata: struct({ decision: 'allow' }) }),
  ],
  ['a verdict has no decision', () => ({ ok_response: {} })],
])('extAuthzMethod() fails the call without details when %s', async (_case, check) => {
  const answer = await ask(check)

  expect(answer).toMatchObject({ code: INTERNAL, details: 'The authorizer failed' })
})

test('extProcService() answers a message and fails its stream when the inspector throws', async () => {
  const { Process: method } = service('envoy.service.ext_proc.v3.ExternalProcessor')
  const client = await clientOf(
    extProcService(
      () => ({
        receive({ response_headers: headers }) {
          if (headers === undefined) throw new Error('unexpected')
          return [{ response_headers: {} }]
        },
        close() {},
      }),
      silentLog,
    ),
  )
  const start = () => client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize)

  const [good, bad] = [start(), start()]
  const answer = new Promise((resolve) => good.once('data', resolve))
  const failure = new Promise((resolve) => bad.once('error', resolve))
  good.write({ response_headers: {} })
  bad.write({ request_body: {} })

  expect(await answer).toEqual({ response_headers: {} })
  expect(await failure).toMatchObject({ code: INTERNAL })
  good.end()
})

test('accessLogService() delivers every entry, also after one that the receiver cannot take', async () => {
  const { StreamAccessLogs: method } = service('envoy.service.accesslog.v3.AccessLogService')
  const delivered: AccessLogEntry[] = []
  const client = await clientOf(
    accessLogService((entry) => {
      delivered.push(entry)
      if (delivered.length === 1) throw new Error('broken')
    }, silentLog),
  )

  const call = client.makeClientStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    () => {},
  )
  call.write({ http_logs: { log_entry: [{ request: { path: '/1' } }, { request: { path: '/2' } }] } })
  call.end()

  await vi.waitFor(() => expect(delivered.map(({ request }) => request?.path)).toEqual(['/1', '/2']))
})

test('openGrpcServer() replaces a socket left behind, lets only its user in, and names a path that cannot be used', async () => {
  const path = join(folder, 'left.sock')
  await writeFile(path, '')

  open.use(await openGrpcServer(path, []))

  const { mode } = await stat(path)
  expect(mode & 0o777).toBe(0o600)
  await expect(openGrpcServer(join(folder, 'none', 'x.sock'), [])).rejects.toMatchObject({ code: 'grpc.cannot_listen' })
})
