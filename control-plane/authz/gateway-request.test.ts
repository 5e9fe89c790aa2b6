import { expect, test } from 'vitest'

import { decodeCheckRequest } from './gateway-request.ts'

const decoded = (http: object, source?: object) =>
  decodeCheckRequest({ attributes: { request: { http }, ...(source && { source }) } })
const http = { method: 'POST', path: '/team/mcp', host: 'gateway.example' }

test('a header that came twice never equals a single value', () => {
  const { headers } = decoded({
    ...http,
    header_map: {
      headers: [
        { key: 'authorization', value: 'Bearer a' },
        { key: 'authorization', raw_value: Buffer.from('Bearer b') },
        { key: 'x-empty' },
        { value: 'without a name' },
      ],
    },
  })

  expect(Object.fromEntries(headers)).toEqual({ authorization: 'Bearer a, Bearer b', 'x-empty': '' })
})

test('id, address and body are what Envoy says', () => {
  const headers = [{ key: 'x-request-id', value: 'req-1' }]
  const request = decoded(
    { ...http, header_map: { headers }, raw_body: Buffer.from('{}') },
    { address: { socket_address: { address: '192.0.2.1' } } },
  )

  expect(request).toMatchObject({ id: 'req-1', method: 'POST', host: 'gateway.example', clientAddress: '192.0.2.1' })
  expect(Buffer.from(request.body).toString()).toBe('{}')
})

test('a request without id, address or body has empty ones', () => {
  expect(decoded(http)).toMatchObject({ id: '', clientAddress: '', body: new Uint8Array() })
})

test.each(['method', 'path', 'host'])('a request without %s is not judged', (name) => {
  expect(() => decoded({ ...http, [name]: undefined })).toThrow('without method, path or host')
  expect(() => decodeCheckRequest({})).toThrow('without method, path or host')
})

test('the certificate that the client proved comes as Envoy writes it, for a URL', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAB+/=\n-----END CERTIFICATE-----\n'

  expect(decoded(http, { certificate: encodeURIComponent(pem) }).certificatePem).toBe(pem)
  expect(decoded(http).certificatePem).toBeUndefined()
})
