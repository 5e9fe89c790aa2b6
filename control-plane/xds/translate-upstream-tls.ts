import { isIP } from 'node:net'

import { codec, enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import type { FixedRoute } from './edge-plan.ts'
import { AUTHORITIES } from './names.ts'
import { overAds } from './wire.ts'

const UpstreamTls = codec('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext')
const { TLSv1_2 } = enumOf('envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol')
const San = enumOf('envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType')

/**
 * TLS to a route's server. Envoy by itself accepts every certificate that an authority signed, for whatever name: the
 * name is what the matcher is for (it knows wildcards in the certificate).
 */
export function translateUpstreamTls({ host, tls }: FixedRoute): envoy.config.core.v3.TransportSocket {
  const isAddress = isIP(host) !== 0
  const name = {
    match_typed_subject_alt_names: [{ san_type: isAddress ? San.IP_ADDRESS : San.DNS, matcher: { exact: host } }],
  }
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: UpstreamTls.any({
      // RFC 6066 §3: an address is no server name.
      ...(isAddress ? {} : { sni: host }),
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: TLSv1_2 },
        ...(tls?.authorityPem === undefined
          ? {
              combined_validation_context: {
                default_validation_context: name,
                validation_context_sds_secret_config: { name: AUTHORITIES, sds_config: overAds },
              },
            }
          : { validation_context: { ...name, trusted_ca: { inline_string: tls.authorityPem } } }),
      },
    }),
  }
}

/** Once for all routes: the usual authorities are a quarter of a megabyte. */
export const translateAuthorities = (pem: string): envoy.extensions.transport_sockets.tls.v3.Secret => ({
  name: AUTHORITIES,
  validation_context: { trusted_ca: { inline_string: pem } },
})
