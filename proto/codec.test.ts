import { expect, test } from 'vitest'

import { codec, enumOf, messageNameOf, service } from './codec.ts'
import { readable } from './readable.ts'
import { jsonOf, struct } from './struct.ts'

const Cluster = codec('envoy.config.cluster.v3.Cluster')
const CheckRequest = codec('envoy.service.auth.v3.CheckRequest')

/** Never run: each line must be an error for the compiler, or `tsc` fails on an unused expectation. */
export function mustNotCompile(): void {
  // @ts-expect-error unknown field
  Cluster.encode({ nam: 'x' })
  // @ts-expect-error unknown nested field
  Cluster.encode({ name: 'x', connect_timeout: { second: 1 } })
  // @ts-expect-error two members of one oneof
  codec('envoy.service.auth.v3.CheckResponse').encode({ ok_response: {}, denied_response: {} })
  // @ts-expect-error explicit undefined
  Cluster.encode({ name: undefined })
  // @ts-expect-error a number that the enum does not have
  Cluster.encode({ name: 'x', type: 77 })
  // @ts-expect-error a duration as text
  Cluster.encode({ name: 'x', connect_timeout: '1s' })
  // @ts-expect-error no such message
  codec('envoy.config.cluster.v3.Clutser')
}

test('codec() gives back what it encoded and nothing that was absent', () => {
  const request = {
    attributes: {
      source: { address: { socket_address: { address: '127.0.0.1', port_value: 4242 } } },
      request: {
        time: { seconds: 1_790_000_000, nanos: 5 },
        http: { method: 'POST', size: 5, header_map: { headers: [{ key: 'x', raw_value: Buffer.from('é') }] } },
      },
      context_extensions: { route: 'r1' },
    },
  }

  const back = CheckRequest.decode(CheckRequest.encode(request))

  expect(back).toEqual(request)
})

test('codec() packs a message as Any under its type URL', () => {
  const any = Cluster.any({ name: 'web' })

  expect(any.type_url).toBe('type.googleapis.com/envoy.config.cluster.v3.Cluster')
  expect(Cluster.decode(any.value ?? Buffer.alloc(0))).toEqual({ name: 'web' })
})

test('messageNameOf() knows bundled messages only', () => {
  expect(messageNameOf(Cluster.typeUrl)).toBe('envoy.config.cluster.v3.Cluster')
  expect(messageNameOf('type.googleapis.com/toString')).toBeUndefined()
  expect(messageNameOf('type.googleapis.com/envoy.config.cluster.v3.Cluster.DiscoveryType')).toBeUndefined()
})

test('service() describes methods as gRPC libraries want them', () => {
  const ads = service('envoy.service.discovery.v3.AggregatedDiscoveryService').DeltaAggregatedResources

  expect(ads.path).toBe('/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources')
  expect([ads.requestStream, ads.responseStream]).toEqual([true, true])
  expect(ads.requestDeserialize(ads.requestSerialize({ type_url: 't' }))).toEqual({ type_url: 't' })
})

test('jsonOf() reads back what struct() wrote, through the wire', () => {
  const Struct = codec('google.protobuf.Struct')
  const json = { id: 7, text: 'a', none: null, yes: true, list: [1, 'b', { c: false }], nested: { empty: {}, zero: 0 } }

  const back = jsonOf(Struct.decode(Struct.encode(struct(json))))

  expect(back).toEqual(json)
})

test('readable() opens Any values and writes enums, durations and wrappers as configuration files do', () => {
  const Options = codec('envoy.extensions.upstreams.http.v3.HttpProtocolOptions')

  const text = readable('envoy.config.cluster.v3.Cluster', {
    name: 'web',
    type: enumOf('envoy.config.cluster.v3.Cluster.DiscoveryType').STATIC,
    connect_timeout: { seconds: 1, nanos: 500_000_000 },
    per_connection_buffer_limit_bytes: { value: 32_768 },
    typed_extension_protocol_options: { http: Options.any({ common_http_protocol_options: { idle_timeout: {} } }) },
  })

  expect(text).toEqual({
    name: 'web',
    type: 'STATIC',
    connect_timeout: '1.5s',
    per_connection_buffer_limit_bytes: 32_768,
    typed_extension_protocol_options: {
      http: { '@type': Options.typeUrl, common_http_protocol_options: { idle_timeout: '0s' } },
    },
  })
})
