/** Small pieces of Envoy's API that several translations need. */
import { codec, enumOf } from '../../proto/codec.ts'
import type { envoy, google, xds } from '../../proto/envoy.d.ts'
import { EXT_AUTHZ } from './names.ts'

const { OVERWRITE_IF_EXISTS_OR_ADD } = enumOf('envoy.config.core.v3.HeaderValueOption.HeaderAppendAction')
const MetadataInput = codec('envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput')
const MetadataMatch = codec('envoy.extensions.matching.input_matchers.metadata.v3.Metadata')
const { V3 } = enumOf('envoy.config.core.v3.ApiVersion')

export const seconds = (value: number): google.protobuf.Duration => ({
  seconds: Math.trunc(value),
  ...(Number.isInteger(value) ? {} : { nanos: Math.round((value % 1) * 1e9) }),
})

export const pipe = (path: string): envoy.config.core.v3.Address => ({ pipe: { path } })

export const setHeader = (key: string, value: string): envoy.config.core.v3.HeaderValueOption => ({
  header: { key, value },
  append_action: OVERWRITE_IF_EXISTS_OR_ADD,
})

/** Subscribes over the same ADS stream as everything else. */
export const overAds: envoy.config.core.v3.ConfigSource = { ads: {}, resource_api_version: V3 }

/** Whether the verdict's dynamic metadata has this text under this key. */
export const verdictSays = (key: string, text: string): xds.type.matcher.v3.Matcher.MatcherList.Predicate => ({
  single_predicate: {
    input: { name: 'verdict', typed_config: MetadataInput.any({ filter: EXT_AUTHZ, path: [{ key }] }) },
    custom_match: { name: 'text', typed_config: MetadataMatch.any({ value: { string_match: { exact: text } } }) },
  },
})
