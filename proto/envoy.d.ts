// Generated from envoy.json by emit-declarations.ts; do not edit.

/** At most one member: two members of a oneof do not compile. */
type OneOf<T> =
  | { [K in keyof T]: { readonly [P in K]: T[P] } & { readonly [P in Exclude<keyof T, K>]?: never } }[keyof T]
  | { readonly [K in keyof T]?: never }

export namespace envoy {
  export namespace config {
    export namespace accesslog {
      export namespace v3 {
        export interface AccessLog {
          readonly name?: string
          readonly filter?: envoy.config.accesslog.v3.AccessLogFilter
          readonly typed_config?: google.protobuf.Any
        }
        export type AccessLogFilter = {
        } & OneOf<{ status_code_filter: envoy.config.accesslog.v3.StatusCodeFilter; duration_filter: envoy.config.accesslog.v3.DurationFilter; not_health_check_filter: envoy.config.accesslog.v3.NotHealthCheckFilter; traceable_filter: envoy.config.accesslog.v3.TraceableFilter; runtime_filter: envoy.config.accesslog.v3.RuntimeFilter; and_filter: envoy.config.accesslog.v3.AndFilter; or_filter: envoy.config.accesslog.v3.OrFilter; header_filter: envoy.config.accesslog.v3.HeaderFilter; response_flag_filter: envoy.config.accesslog.v3.ResponseFlagFilter; grpc_status_filter: envoy.config.accesslog.v3.GrpcStatusFilter; extension_filter: envoy.config.accesslog.v3.ExtensionFilter; metadata_filter: envoy.config.accesslog.v3.MetadataFilter; log_type_filter: envoy.config.accesslog.v3.LogTypeFilter }>
        export interface AndFilter {
          readonly filters?: readonly (envoy.config.accesslog.v3.AccessLogFilter)[]
        }
        export interface ComparisonFilter {
          readonly op?: Enums['envoy.config.accesslog.v3.ComparisonFilter.Op'][keyof Enums['envoy.config.accesslog.v3.ComparisonFilter.Op']]
          readonly value?: envoy.config.core.v3.RuntimeUInt32
        }
        export interface DurationFilter {
          readonly comparison?: envoy.config.accesslog.v3.ComparisonFilter
        }
        export interface ExtensionFilter {
          readonly name?: string
          readonly typed_config?: google.protobuf.Any
        }
        export interface GrpcStatusFilter {
          readonly statuses?: readonly (Enums['envoy.config.accesslog.v3.GrpcStatusFilter.Status'][keyof Enums['envoy.config.accesslog.v3.GrpcStatusFilter.Status']])[]
          readonly exclude?: boolean
        }
        export interface HeaderFilter {
          readonly header?: envoy.config.route.v3.HeaderMatcher
        }
        export interface LogTypeFilter {
          readonly types?: readonly (Enums['envoy.data.accesslog.v3.AccessLogType'][keyof Enums['envoy.data.accesslog.v3.AccessLogType']])[]
          readonly exclude?: boolean
        }
        export interface MetadataFilter {
          readonly matcher?: envoy.type.matcher.v3.MetadataMatcher
          readonly match_if_key_not_found?: google.protobuf.BoolValue
        }
        export interface NotHealthCheckFilter {
        }
        export interface OrFilter {
          readonly filters?: readonly (envoy.config.accesslog.v3.AccessLogFilter)[]
        }
        export interface ResponseFlagFilter {
          readonly flags?: readonly (string)[]
        }
        export interface RuntimeFilter {
          readonly runtime_key?: string
          readonly percent_sampled?: envoy.type.v3.FractionalPercent
          readonly use_independent_randomness?: boolean
        }
        export interface StatusCodeFilter {
          readonly comparison?: envoy.config.accesslog.v3.ComparisonFilter
        }
        export interface TraceableFilter {
        }
      }
    }
    export namespace cluster {
      export namespace v3 {
        export interface CircuitBreakers {
          readonly thresholds?: readonly (envoy.config.cluster.v3.CircuitBreakers.Thresholds)[]
          readonly per_host_thresholds?: readonly (envoy.config.cluster.v3.CircuitBreakers.Thresholds)[]
        }
        export namespace CircuitBreakers {
          export interface Thresholds {
            readonly priority?: Enums['envoy.config.core.v3.RoutingPriority'][keyof Enums['envoy.config.core.v3.RoutingPriority']]
            readonly max_connections?: google.protobuf.UInt32Value
            readonly max_pending_requests?: google.protobuf.UInt32Value
            readonly max_requests?: google.protobuf.UInt32Value
            readonly max_retries?: google.protobuf.UInt32Value
            readonly retry_budget?: envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget
            readonly track_remaining?: boolean
            readonly max_connection_pools?: google.protobuf.UInt32Value
          }
          export namespace Thresholds {
            export interface RetryBudget {
              readonly budget_percent?: envoy.type.v3.Percent
              readonly budget_interval?: google.protobuf.Duration
              readonly min_retry_concurrency?: google.protobuf.UInt32Value
            }
          }
        }
        export type Cluster = {
          readonly transport_socket_matches?: readonly (envoy.config.cluster.v3.Cluster.TransportSocketMatch)[]
          readonly transport_socket_matcher?: xds.type.matcher.v3.Matcher
          readonly name?: string
          readonly alt_stat_name?: string
          readonly stats_matcher?: envoy.config.metrics.v3.StatsMatcher
          readonly eds_cluster_config?: envoy.config.cluster.v3.Cluster.EdsClusterConfig
          readonly connect_timeout?: google.protobuf.Duration
          readonly per_connection_buffer_limit_bytes?: google.protobuf.UInt32Value
          readonly per_connection_buffer_high_watermark_timeout?: google.protobuf.Duration
          readonly lb_policy?: Enums['envoy.config.cluster.v3.Cluster.LbPolicy'][keyof Enums['envoy.config.cluster.v3.Cluster.LbPolicy']]
          readonly load_assignment?: envoy.config.endpoint.v3.ClusterLoadAssignment
          readonly health_checks?: readonly (envoy.config.core.v3.HealthCheck)[]
          readonly circuit_breakers?: envoy.config.cluster.v3.CircuitBreakers
          readonly typed_extension_protocol_options?: { readonly [key: string]: google.protobuf.Any }
          readonly dns_lookup_family?: Enums['envoy.config.cluster.v3.Cluster.DnsLookupFamily'][keyof Enums['envoy.config.cluster.v3.Cluster.DnsLookupFamily']]
          readonly typed_dns_resolver_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly wait_for_warm_on_init?: google.protobuf.BoolValue
          readonly outlier_detection?: envoy.config.cluster.v3.OutlierDetection
          readonly cleanup_interval?: google.protobuf.Duration
          readonly upstream_bind_config?: envoy.config.core.v3.BindConfig
          readonly lb_subset_config?: envoy.config.cluster.v3.Cluster.LbSubsetConfig
          readonly common_lb_config?: envoy.config.cluster.v3.Cluster.CommonLbConfig
          readonly transport_socket?: envoy.config.core.v3.TransportSocket
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly upstream_connection_options?: envoy.config.cluster.v3.UpstreamConnectionOptions
          readonly close_connections_on_host_health_failure?: boolean
          readonly ignore_health_on_host_removal?: boolean
          readonly filters?: readonly (envoy.config.cluster.v3.Filter)[]
          readonly load_balancing_policy?: envoy.config.cluster.v3.LoadBalancingPolicy
          readonly lrs_server?: envoy.config.core.v3.ConfigSource
          readonly lrs_report_endpoint_metrics?: readonly (string)[]
          readonly upstream_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly track_cluster_stats?: envoy.config.cluster.v3.TrackClusterStats
          readonly preconnect_policy?: envoy.config.cluster.v3.Cluster.PreconnectPolicy
          readonly connection_pool_per_downstream_connection?: boolean
          readonly queuing_policies?: envoy.config.cluster.v3.Cluster.QueuingPolicies
        } & OneOf<{ type: Enums['envoy.config.cluster.v3.Cluster.DiscoveryType'][keyof Enums['envoy.config.cluster.v3.Cluster.DiscoveryType']]; cluster_type: envoy.config.cluster.v3.Cluster.CustomClusterType }> & OneOf<{ ring_hash_lb_config: envoy.config.cluster.v3.Cluster.RingHashLbConfig; maglev_lb_config: envoy.config.cluster.v3.Cluster.MaglevLbConfig; original_dst_lb_config: envoy.config.cluster.v3.Cluster.OriginalDstLbConfig; least_request_lb_config: envoy.config.cluster.v3.Cluster.LeastRequestLbConfig; round_robin_lb_config: envoy.config.cluster.v3.Cluster.RoundRobinLbConfig }>
        export namespace Cluster {
          export type CommonLbConfig = {
            readonly healthy_panic_threshold?: envoy.type.v3.Percent
            readonly update_merge_window?: google.protobuf.Duration
            readonly ignore_new_hosts_until_first_hc?: boolean
            readonly close_connections_on_host_set_change?: boolean
            readonly consistent_hashing_lb_config?: envoy.config.cluster.v3.Cluster.CommonLbConfig.ConsistentHashingLbConfig
            readonly override_host_status?: envoy.config.core.v3.HealthStatusSet
          } & OneOf<{ zone_aware_lb_config: envoy.config.cluster.v3.Cluster.CommonLbConfig.ZoneAwareLbConfig; locality_weighted_lb_config: envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig }>
          export namespace CommonLbConfig {
            export interface ConsistentHashingLbConfig {
              readonly use_hostname_for_hashing?: boolean
              readonly hash_balance_factor?: google.protobuf.UInt32Value
            }
            export interface LocalityWeightedLbConfig {
            }
            export interface ZoneAwareLbConfig {
              readonly routing_enabled?: envoy.type.v3.Percent
              readonly min_cluster_size?: google.protobuf.UInt64Value
              readonly fail_traffic_on_panic?: boolean
            }
          }
          export interface CustomClusterType {
            readonly name?: string
            readonly typed_config?: google.protobuf.Any
          }
          export interface EdsClusterConfig {
            readonly eds_config?: envoy.config.core.v3.ConfigSource
            readonly service_name?: string
          }
          export interface LbSubsetConfig {
            readonly fallback_policy?: Enums['envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetFallbackPolicy'][keyof Enums['envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetFallbackPolicy']]
            readonly default_subset?: google.protobuf.Struct
            readonly subset_selectors?: readonly (envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector)[]
            readonly locality_weight_aware?: boolean
            readonly scale_locality_weight?: boolean
            readonly panic_mode_any?: boolean
            readonly list_as_any?: boolean
            readonly metadata_fallback_policy?: Enums['envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetMetadataFallbackPolicy'][keyof Enums['envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetMetadataFallbackPolicy']]
          }
          export namespace LbSubsetConfig {
            export interface LbSubsetSelector {
              readonly keys?: readonly (string)[]
              readonly single_host_per_subset?: boolean
              readonly fallback_policy?: Enums['envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector.LbSubsetSelectorFallbackPolicy'][keyof Enums['envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector.LbSubsetSelectorFallbackPolicy']]
              readonly fallback_keys_subset?: readonly (string)[]
            }
          }
          export interface LeastRequestLbConfig {
            readonly choice_count?: google.protobuf.UInt32Value
            readonly active_request_bias?: envoy.config.core.v3.RuntimeDouble
            readonly slow_start_config?: envoy.config.cluster.v3.Cluster.SlowStartConfig
          }
          export interface MaglevLbConfig {
            readonly table_size?: google.protobuf.UInt64Value
          }
          export interface OriginalDstLbConfig {
            readonly use_http_header?: boolean
            readonly http_header_name?: string
            readonly upstream_port_override?: google.protobuf.UInt32Value
            readonly metadata_key?: envoy.type.metadata.v3.MetadataKey
          }
          export interface PreconnectPolicy {
            readonly per_upstream_preconnect_ratio?: google.protobuf.DoubleValue
            readonly predictive_preconnect_ratio?: google.protobuf.DoubleValue
            readonly preconnect_enabled_metadata?: envoy.type.matcher.v3.MetadataMatcher
          }
          export interface QueuingPolicies {
            readonly pending_rq_policy?: envoy.config.core.v3.TypedExtensionConfig
          }
          export interface RingHashLbConfig {
            readonly minimum_ring_size?: google.protobuf.UInt64Value
            readonly hash_function?: Enums['envoy.config.cluster.v3.Cluster.RingHashLbConfig.HashFunction'][keyof Enums['envoy.config.cluster.v3.Cluster.RingHashLbConfig.HashFunction']]
            readonly maximum_ring_size?: google.protobuf.UInt64Value
          }
          export interface RoundRobinLbConfig {
            readonly slow_start_config?: envoy.config.cluster.v3.Cluster.SlowStartConfig
          }
          export interface SlowStartConfig {
            readonly slow_start_window?: google.protobuf.Duration
            readonly aggression?: envoy.config.core.v3.RuntimeDouble
            readonly min_weight_percent?: envoy.type.v3.Percent
          }
          export interface TransportSocketMatch {
            readonly name?: string
            readonly match?: google.protobuf.Struct
            readonly transport_socket?: envoy.config.core.v3.TransportSocket
          }
        }
        export interface Filter {
          readonly name?: string
          readonly typed_config?: google.protobuf.Any
          readonly config_discovery?: envoy.config.core.v3.ExtensionConfigSource
        }
        export interface LoadBalancingPolicy {
          readonly policies?: readonly (envoy.config.cluster.v3.LoadBalancingPolicy.Policy)[]
        }
        export namespace LoadBalancingPolicy {
          export interface Policy {
            readonly typed_extension_config?: envoy.config.core.v3.TypedExtensionConfig
          }
        }
        export interface OutlierDetection {
          readonly consecutive_5xx?: google.protobuf.UInt32Value
          readonly interval?: google.protobuf.Duration
          readonly base_ejection_time?: google.protobuf.Duration
          readonly max_ejection_percent?: google.protobuf.UInt32Value
          readonly enforcing_consecutive_5xx?: google.protobuf.UInt32Value
          readonly enforcing_success_rate?: google.protobuf.UInt32Value
          readonly success_rate_minimum_hosts?: google.protobuf.UInt32Value
          readonly success_rate_request_volume?: google.protobuf.UInt32Value
          readonly success_rate_stdev_factor?: google.protobuf.UInt32Value
          readonly consecutive_gateway_failure?: google.protobuf.UInt32Value
          readonly enforcing_consecutive_gateway_failure?: google.protobuf.UInt32Value
          readonly split_external_local_origin_errors?: boolean
          readonly consecutive_local_origin_failure?: google.protobuf.UInt32Value
          readonly enforcing_consecutive_local_origin_failure?: google.protobuf.UInt32Value
          readonly enforcing_local_origin_success_rate?: google.protobuf.UInt32Value
          readonly failure_percentage_threshold?: google.protobuf.UInt32Value
          readonly enforcing_failure_percentage?: google.protobuf.UInt32Value
          readonly enforcing_failure_percentage_local_origin?: google.protobuf.UInt32Value
          readonly failure_percentage_minimum_hosts?: google.protobuf.UInt32Value
          readonly failure_percentage_request_volume?: google.protobuf.UInt32Value
          readonly max_ejection_time?: google.protobuf.Duration
          readonly max_ejection_time_jitter?: google.protobuf.Duration
          readonly successful_active_health_check_uneject_host?: google.protobuf.BoolValue
          readonly monitors?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
          readonly always_eject_one_host?: google.protobuf.BoolValue
          readonly detect_degraded_hosts?: google.protobuf.BoolValue
        }
        export interface TrackClusterStats {
          readonly timeout_budgets?: boolean
          readonly request_response_sizes?: boolean
          readonly per_endpoint_stats?: boolean
        }
        export interface UpstreamConnectionOptions {
          readonly tcp_keepalive?: envoy.config.core.v3.TcpKeepalive
          readonly set_local_interface_name_on_upstream_connections?: boolean
          readonly happy_eyeballs_config?: envoy.config.cluster.v3.UpstreamConnectionOptions.HappyEyeballsConfig
        }
        export namespace UpstreamConnectionOptions {
          export interface HappyEyeballsConfig {
            readonly first_address_family_version?: Enums['envoy.config.cluster.v3.UpstreamConnectionOptions.FirstAddressFamilyVersion'][keyof Enums['envoy.config.cluster.v3.UpstreamConnectionOptions.FirstAddressFamilyVersion']]
            readonly first_address_family_count?: google.protobuf.UInt32Value
          }
        }
      }
    }
    export namespace common {
      export namespace matcher {
        export namespace v3 {
          export interface HttpGenericBodyMatch {
            readonly bytes_limit?: number
            readonly patterns?: readonly (envoy.config.common.matcher.v3.HttpGenericBodyMatch.GenericTextMatch)[]
          }
          export namespace HttpGenericBodyMatch {
            export type GenericTextMatch = {
            } & OneOf<{ string_match: string; binary_match: Uint8Array }>
          }
          export interface HttpHeadersMatch {
            readonly headers?: readonly (envoy.config.route.v3.HeaderMatcher)[]
          }
          export type MatchPredicate = {
          } & OneOf<{ or_match: envoy.config.common.matcher.v3.MatchPredicate.MatchSet; and_match: envoy.config.common.matcher.v3.MatchPredicate.MatchSet; not_match: envoy.config.common.matcher.v3.MatchPredicate; any_match: boolean; http_request_headers_match: envoy.config.common.matcher.v3.HttpHeadersMatch; http_request_trailers_match: envoy.config.common.matcher.v3.HttpHeadersMatch; http_response_headers_match: envoy.config.common.matcher.v3.HttpHeadersMatch; http_response_trailers_match: envoy.config.common.matcher.v3.HttpHeadersMatch; http_request_generic_body_match: envoy.config.common.matcher.v3.HttpGenericBodyMatch; http_response_generic_body_match: envoy.config.common.matcher.v3.HttpGenericBodyMatch }>
          export namespace MatchPredicate {
            export interface MatchSet {
              readonly rules?: readonly (envoy.config.common.matcher.v3.MatchPredicate)[]
            }
          }
        }
      }
      export namespace mutation_rules {
        export namespace v3 {
          export type HeaderMutation = {
          } & OneOf<{ remove: string; append: envoy.config.core.v3.HeaderValueOption; remove_on_match: envoy.config.common.mutation_rules.v3.HeaderMutation.RemoveOnMatch }>
          export namespace HeaderMutation {
            export interface RemoveOnMatch {
              readonly key_matcher?: envoy.type.matcher.v3.StringMatcher
            }
          }
          export interface HeaderMutationRules {
            readonly allow_all_routing?: google.protobuf.BoolValue
            readonly allow_envoy?: google.protobuf.BoolValue
            readonly disallow_system?: google.protobuf.BoolValue
            readonly disallow_all?: google.protobuf.BoolValue
            readonly allow_expression?: envoy.type.matcher.v3.RegexMatcher
            readonly disallow_expression?: envoy.type.matcher.v3.RegexMatcher
            readonly disallow_is_error?: google.protobuf.BoolValue
          }
        }
      }
    }
    export namespace core {
      export namespace v3 {
        export type Address = {
        } & OneOf<{ socket_address: envoy.config.core.v3.SocketAddress; pipe: envoy.config.core.v3.Pipe; envoy_internal_address: envoy.config.core.v3.EnvoyInternalAddress }>
        export interface AggregatedConfigSource {
        }
        export interface AlternateProtocolsCacheOptions {
          readonly name?: string
          readonly max_entries?: google.protobuf.UInt32Value
          readonly key_value_store_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly prepopulated_entries?: readonly (envoy.config.core.v3.AlternateProtocolsCacheOptions.AlternateProtocolsCacheEntry)[]
          readonly canonical_suffixes?: readonly (string)[]
        }
        export namespace AlternateProtocolsCacheOptions {
          export interface AlternateProtocolsCacheEntry {
            readonly hostname?: string
            readonly port?: number
          }
        }
        export interface ApiConfigSource {
          readonly api_type?: Enums['envoy.config.core.v3.ApiConfigSource.ApiType'][keyof Enums['envoy.config.core.v3.ApiConfigSource.ApiType']]
          readonly transport_api_version?: Enums['envoy.config.core.v3.ApiVersion'][keyof Enums['envoy.config.core.v3.ApiVersion']]
          readonly cluster_names?: readonly (string)[]
          readonly grpc_services?: readonly (envoy.config.core.v3.GrpcService)[]
          readonly refresh_delay?: google.protobuf.Duration
          readonly request_timeout?: google.protobuf.Duration
          readonly rate_limit_settings?: envoy.config.core.v3.RateLimitSettings
          readonly set_node_on_first_message_only?: boolean
          readonly config_validators?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
        }
        export interface BackoffStrategy {
          readonly base_interval?: google.protobuf.Duration
          readonly max_interval?: google.protobuf.Duration
        }
        export interface BindConfig {
          readonly source_address?: envoy.config.core.v3.SocketAddress
          readonly freebind?: google.protobuf.BoolValue
          readonly socket_options?: readonly (envoy.config.core.v3.SocketOption)[]
          readonly extra_source_addresses?: readonly (envoy.config.core.v3.ExtraSourceAddress)[]
          readonly local_address_selector?: envoy.config.core.v3.TypedExtensionConfig
          readonly validate_network_namespaces?: boolean
        }
        export interface BuildVersion {
          readonly version?: envoy.type.v3.SemanticVersion
          readonly metadata?: google.protobuf.Struct
        }
        export interface CidrRange {
          readonly address_prefix?: string
          readonly prefix_len?: google.protobuf.UInt32Value
        }
        export type ConfigSource = {
          readonly authorities?: readonly (xds.core.v3.Authority)[]
          readonly initial_fetch_timeout?: google.protobuf.Duration
          readonly resource_api_version?: Enums['envoy.config.core.v3.ApiVersion'][keyof Enums['envoy.config.core.v3.ApiVersion']]
        } & OneOf<{ path_config_source: envoy.config.core.v3.PathConfigSource; api_config_source: envoy.config.core.v3.ApiConfigSource; ads: envoy.config.core.v3.AggregatedConfigSource; self: envoy.config.core.v3.SelfConfigSource }>
        export interface ControlPlane {
          readonly identifier?: string
        }
        export type DataSource = {
          readonly watched_directory?: envoy.config.core.v3.WatchedDirectory
        } & OneOf<{ filename: string; inline_bytes: Uint8Array; inline_string: string; environment_variable: string }>
        export interface EnvoyInternalAddress {
          readonly server_listener_name?: string
          readonly endpoint_id?: string
        }
        export interface EventServiceConfig {
          readonly grpc_service?: envoy.config.core.v3.GrpcService
        }
        export interface Extension {
          readonly name?: string
          readonly category?: string
          readonly version?: envoy.config.core.v3.BuildVersion
          readonly disabled?: boolean
          readonly type_urls?: readonly (string)[]
        }
        export interface ExtensionConfigSource {
          readonly config_source?: envoy.config.core.v3.ConfigSource
          readonly default_config?: google.protobuf.Any
          readonly apply_default_config_without_warming?: boolean
          readonly type_urls?: readonly (string)[]
        }
        export interface ExtraSourceAddress {
          readonly address?: envoy.config.core.v3.SocketAddress
          readonly socket_options?: envoy.config.core.v3.SocketOptionsOverride
        }
        export type GrpcService = {
          readonly timeout?: google.protobuf.Duration
          readonly initial_metadata?: readonly (envoy.config.core.v3.HeaderValue)[]
          readonly retry_policy?: envoy.config.core.v3.RetryPolicy
        } & OneOf<{ envoy_grpc: envoy.config.core.v3.GrpcService.EnvoyGrpc; google_grpc: envoy.config.core.v3.GrpcService.GoogleGrpc }>
        export namespace GrpcService {
          export interface EnvoyGrpc {
            readonly cluster_name?: string
            readonly authority?: string
            readonly retry_policy?: envoy.config.core.v3.RetryPolicy
            readonly max_receive_message_length?: google.protobuf.UInt32Value
            readonly skip_envoy_headers?: boolean
          }
          export interface GoogleGrpc {
            readonly target_uri?: string
            readonly channel_credentials?: envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelCredentials
            readonly channel_credentials_plugin?: readonly (google.protobuf.Any)[]
            readonly call_credentials?: readonly (envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials)[]
            readonly call_credentials_plugin?: readonly (google.protobuf.Any)[]
            readonly stat_prefix?: string
            readonly credentials_factory_name?: string
            readonly config?: google.protobuf.Struct
            readonly per_stream_buffer_limit_bytes?: google.protobuf.UInt32Value
            readonly channel_args?: envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs
          }
          export namespace GoogleGrpc {
            export type CallCredentials = {
            } & OneOf<{ access_token: string; google_compute_engine: google.protobuf.Empty; google_refresh_token: string; service_account_jwt_access: envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials; google_iam: envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials; from_plugin: envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.MetadataCredentialsFromPlugin; sts_service: envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.StsService }>
            export namespace CallCredentials {
              export interface GoogleIAMCredentials {
                readonly authorization_token?: string
                readonly authority_selector?: string
              }
              export interface MetadataCredentialsFromPlugin {
                readonly name?: string
                readonly typed_config?: google.protobuf.Any
              }
              export interface ServiceAccountJWTAccessCredentials {
                readonly json_key?: string
                readonly token_lifetime_seconds?: number
              }
              export interface StsService {
                readonly token_exchange_service_uri?: string
                readonly resource?: string
                readonly audience?: string
                readonly scope?: string
                readonly requested_token_type?: string
                readonly subject_token_path?: string
                readonly subject_token_type?: string
                readonly actor_token_path?: string
                readonly actor_token_type?: string
              }
            }
            export interface ChannelArgs {
              readonly args?: { readonly [key: string]: envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs.Value }
            }
            export namespace ChannelArgs {
              export type Value = {
              } & OneOf<{ string_value: string; int_value: number }>
            }
            export type ChannelCredentials = {
            } & OneOf<{ ssl_credentials: envoy.config.core.v3.GrpcService.GoogleGrpc.SslCredentials; google_default: google.protobuf.Empty; local_credentials: envoy.config.core.v3.GrpcService.GoogleGrpc.GoogleLocalCredentials }>
            export interface GoogleLocalCredentials {
            }
            export interface SslCredentials {
              readonly root_certs?: envoy.config.core.v3.DataSource
              readonly private_key?: envoy.config.core.v3.DataSource
              readonly cert_chain?: envoy.config.core.v3.DataSource
            }
          }
        }
        export interface HeaderMap {
          readonly headers?: readonly (envoy.config.core.v3.HeaderValue)[]
        }
        export interface HeaderValue {
          readonly key?: string
          readonly value?: string
          readonly raw_value?: Uint8Array
        }
        export interface HeaderValueOption {
          readonly header?: envoy.config.core.v3.HeaderValue
          readonly append_action?: Enums['envoy.config.core.v3.HeaderValueOption.HeaderAppendAction'][keyof Enums['envoy.config.core.v3.HeaderValueOption.HeaderAppendAction']]
          readonly keep_empty_value?: boolean
        }
        export type HealthCheck = {
          readonly name?: string
          readonly timeout?: google.protobuf.Duration
          readonly interval?: google.protobuf.Duration
          readonly initial_jitter?: google.protobuf.Duration
          readonly interval_jitter?: google.protobuf.Duration
          readonly interval_jitter_percent?: number
          readonly unhealthy_threshold?: google.protobuf.UInt32Value
          readonly healthy_threshold?: google.protobuf.UInt32Value
          readonly alt_port?: google.protobuf.UInt32Value
          readonly reuse_connection?: google.protobuf.BoolValue
          readonly no_traffic_interval?: google.protobuf.Duration
          readonly no_traffic_healthy_interval?: google.protobuf.Duration
          readonly unhealthy_interval?: google.protobuf.Duration
          readonly unhealthy_edge_interval?: google.protobuf.Duration
          readonly healthy_edge_interval?: google.protobuf.Duration
          readonly event_logger?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
          readonly event_service?: envoy.config.core.v3.EventServiceConfig
          readonly always_log_health_check_failures?: boolean
          readonly always_log_health_check_success?: boolean
          readonly tls_options?: envoy.config.core.v3.HealthCheck.TlsOptions
          readonly transport_socket_match_criteria?: google.protobuf.Struct
        } & OneOf<{ http_health_check: envoy.config.core.v3.HealthCheck.HttpHealthCheck; tcp_health_check: envoy.config.core.v3.HealthCheck.TcpHealthCheck; grpc_health_check: envoy.config.core.v3.HealthCheck.GrpcHealthCheck; custom_health_check: envoy.config.core.v3.HealthCheck.CustomHealthCheck }>
        export namespace HealthCheck {
          export interface CustomHealthCheck {
            readonly name?: string
            readonly typed_config?: google.protobuf.Any
          }
          export interface GrpcHealthCheck {
            readonly service_name?: string
            readonly authority?: string
            readonly initial_metadata?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          }
          export interface HttpHealthCheck {
            readonly host?: string
            readonly path?: string
            readonly send?: envoy.config.core.v3.HealthCheck.Payload
            readonly receive?: readonly (envoy.config.core.v3.HealthCheck.Payload)[]
            readonly response_buffer_size?: google.protobuf.UInt64Value
            readonly request_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
            readonly request_headers_to_remove?: readonly (string)[]
            readonly expected_statuses?: readonly (envoy.type.v3.Int64Range)[]
            readonly retriable_statuses?: readonly (envoy.type.v3.Int64Range)[]
            readonly codec_client_type?: Enums['envoy.type.v3.CodecClientType'][keyof Enums['envoy.type.v3.CodecClientType']]
            readonly use_alpn_protocol?: boolean
            readonly service_name_matcher?: envoy.type.matcher.v3.StringMatcher
            readonly method?: Enums['envoy.config.core.v3.RequestMethod'][keyof Enums['envoy.config.core.v3.RequestMethod']]
          }
          export type Payload = {
          } & OneOf<{ text: string; binary: Uint8Array }>
          export interface TcpHealthCheck {
            readonly send?: envoy.config.core.v3.HealthCheck.Payload
            readonly receive?: readonly (envoy.config.core.v3.HealthCheck.Payload)[]
            readonly proxy_protocol_config?: envoy.config.core.v3.ProxyProtocolConfig
          }
          export interface TlsOptions {
            readonly alpn_protocols?: readonly (string)[]
          }
        }
        export interface HealthStatusSet {
          readonly statuses?: readonly (Enums['envoy.config.core.v3.HealthStatus'][keyof Enums['envoy.config.core.v3.HealthStatus']])[]
        }
        export interface Http1ProtocolOptions {
          readonly allow_absolute_url?: google.protobuf.BoolValue
          readonly accept_http_10?: boolean
          readonly default_host_for_http_10?: string
          readonly header_key_format?: envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat
          readonly enable_trailers?: boolean
          readonly allow_chunked_length?: boolean
          readonly override_stream_error_on_invalid_http_message?: google.protobuf.BoolValue
          readonly send_fully_qualified_url?: boolean
          readonly allow_custom_methods?: boolean
          readonly ignore_http_11_upgrade?: readonly (envoy.type.matcher.v3.StringMatcher)[]
        }
        export namespace Http1ProtocolOptions {
          export type HeaderKeyFormat = {
          } & OneOf<{ proper_case_words: envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords; stateful_formatter: envoy.config.core.v3.TypedExtensionConfig }>
          export namespace HeaderKeyFormat {
            export interface ProperCaseWords {
            }
          }
        }
        export interface Http2ProtocolOptions {
          readonly hpack_table_size?: google.protobuf.UInt32Value
          readonly max_concurrent_streams?: google.protobuf.UInt32Value
          readonly initial_stream_window_size?: google.protobuf.UInt32Value
          readonly initial_connection_window_size?: google.protobuf.UInt32Value
          readonly allow_connect?: boolean
          readonly allow_metadata?: boolean
          readonly max_outbound_frames?: google.protobuf.UInt32Value
          readonly max_outbound_control_frames?: google.protobuf.UInt32Value
          readonly max_consecutive_inbound_frames_with_empty_payload?: google.protobuf.UInt32Value
          readonly max_inbound_priority_frames_per_stream?: google.protobuf.UInt32Value
          readonly max_inbound_window_update_frames_per_data_frame_sent?: google.protobuf.UInt32Value
          readonly override_stream_error_on_invalid_http_message?: google.protobuf.BoolValue
          readonly custom_settings_parameters?: readonly (envoy.config.core.v3.Http2ProtocolOptions.SettingsParameter)[]
          readonly connection_keepalive?: envoy.config.core.v3.KeepaliveSettings
          readonly use_oghttp2_codec?: google.protobuf.BoolValue
          readonly max_metadata_size?: google.protobuf.UInt64Value
          readonly enable_huffman_encoding?: google.protobuf.BoolValue
          readonly max_header_field_size_kb?: google.protobuf.UInt32Value
          readonly disallow_obs_text?: google.protobuf.BoolValue
          readonly stream_reset_burst?: google.protobuf.UInt64Value
          readonly stream_reset_rate?: google.protobuf.UInt64Value
        }
        export namespace Http2ProtocolOptions {
          export interface SettingsParameter {
            readonly identifier?: google.protobuf.UInt32Value
            readonly value?: google.protobuf.UInt32Value
          }
        }
        export interface Http3ProtocolOptions {
          readonly quic_protocol_options?: envoy.config.core.v3.QuicProtocolOptions
          readonly override_stream_error_on_invalid_http_message?: google.protobuf.BoolValue
          readonly allow_extended_connect?: boolean
          readonly allow_metadata?: boolean
          readonly disable_qpack?: boolean
          readonly disable_connection_flow_control_for_streams?: boolean
          readonly disallow_obs_text?: google.protobuf.BoolValue
        }
        export interface HttpProtocolOptions {
          readonly idle_timeout?: google.protobuf.Duration
          readonly max_connection_duration?: google.protobuf.Duration
          readonly max_connection_duration_jitter?: envoy.type.v3.Percent
          readonly max_headers_count?: google.protobuf.UInt32Value
          readonly max_response_headers_kb?: google.protobuf.UInt32Value
          readonly max_stream_duration?: google.protobuf.Duration
          readonly headers_with_underscores_action?: Enums['envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction'][keyof Enums['envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction']]
          readonly max_requests_per_connection?: google.protobuf.UInt32Value
        }
        export interface HttpService {
          readonly http_uri?: envoy.config.core.v3.HttpUri
          readonly request_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly formatters?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
        }
        export interface HttpUri {
          readonly uri?: string
          readonly cluster?: string
          readonly timeout?: google.protobuf.Duration
        }
        export interface JsonFormatOptions {
        }
        export interface KeepaliveSettings {
          readonly interval?: google.protobuf.Duration
          readonly timeout?: google.protobuf.Duration
          readonly interval_jitter?: envoy.type.v3.Percent
          readonly connection_idle_interval?: google.protobuf.Duration
        }
        export interface KeyValueAppend {
          readonly record?: envoy.config.core.v3.KeyValuePair
          readonly action?: Enums['envoy.config.core.v3.KeyValueAppend.KeyValueAppendAction'][keyof Enums['envoy.config.core.v3.KeyValueAppend.KeyValueAppendAction']]
        }
        export interface KeyValueMutation {
          readonly append?: envoy.config.core.v3.KeyValueAppend
          readonly remove?: string
        }
        export interface KeyValuePair {
          readonly key?: string
          readonly value?: google.protobuf.Value
        }
        export interface Locality {
          readonly region?: string
          readonly zone?: string
          readonly sub_zone?: string
        }
        export interface Metadata {
          readonly filter_metadata?: { readonly [key: string]: google.protobuf.Struct }
          readonly typed_filter_metadata?: { readonly [key: string]: google.protobuf.Any }
        }
        export type Node = {
          readonly id?: string
          readonly cluster?: string
          readonly metadata?: google.protobuf.Struct
          readonly dynamic_parameters?: { readonly [key: string]: xds.core.v3.ContextParams }
          readonly locality?: envoy.config.core.v3.Locality
          readonly user_agent_name?: string
          readonly extensions?: readonly (envoy.config.core.v3.Extension)[]
          readonly client_features?: readonly (string)[]
        } & OneOf<{ user_agent_version: string; user_agent_build_version: envoy.config.core.v3.BuildVersion }>
        export interface PathConfigSource {
          readonly path?: string
          readonly watched_directory?: envoy.config.core.v3.WatchedDirectory
          readonly poll_interval?: google.protobuf.Duration
        }
        export interface Pipe {
          readonly path?: string
          readonly mode?: number
        }
        export interface ProxyProtocolConfig {
          readonly version?: Enums['envoy.config.core.v3.ProxyProtocolConfig.Version'][keyof Enums['envoy.config.core.v3.ProxyProtocolConfig.Version']]
          readonly pass_through_tlvs?: envoy.config.core.v3.ProxyProtocolPassThroughTLVs
          readonly added_tlvs?: readonly (envoy.config.core.v3.TlvEntry)[]
        }
        export interface ProxyProtocolPassThroughTLVs {
          readonly match_type?: Enums['envoy.config.core.v3.ProxyProtocolPassThroughTLVs.PassTLVsMatchType'][keyof Enums['envoy.config.core.v3.ProxyProtocolPassThroughTLVs.PassTLVsMatchType']]
          readonly tlv_type?: readonly (number)[]
        }
        export interface QueryParameter {
          readonly key?: string
          readonly value?: string
        }
        export interface QuicKeepAliveSettings {
          readonly max_interval?: google.protobuf.Duration
          readonly initial_interval?: google.protobuf.Duration
        }
        export interface QuicProtocolOptions {
          readonly max_concurrent_streams?: google.protobuf.UInt32Value
          readonly initial_stream_window_size?: google.protobuf.UInt32Value
          readonly initial_connection_window_size?: google.protobuf.UInt32Value
          readonly num_timeouts_to_trigger_port_migration?: google.protobuf.UInt32Value
          readonly connection_keepalive?: envoy.config.core.v3.QuicKeepAliveSettings
          readonly connection_options?: string
          readonly client_connection_options?: string
          readonly idle_network_timeout?: google.protobuf.Duration
          readonly max_packet_length?: google.protobuf.UInt64Value
          readonly client_packet_writer?: envoy.config.core.v3.TypedExtensionConfig
          readonly connection_migration?: envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings
          readonly memory_reduction_timeout?: google.protobuf.Duration
          readonly enable_scone?: google.protobuf.BoolValue
        }
        export namespace QuicProtocolOptions {
          export interface ConnectionMigrationSettings {
            readonly migrate_idle_connections?: envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings.MigrateIdleConnectionSettings
            readonly max_time_on_non_default_network?: google.protobuf.Duration
          }
          export namespace ConnectionMigrationSettings {
            export interface MigrateIdleConnectionSettings {
              readonly max_idle_time_before_migration?: google.protobuf.Duration
            }
          }
        }
        export interface RateLimitSettings {
          readonly max_tokens?: google.protobuf.UInt32Value
          readonly fill_rate?: google.protobuf.DoubleValue
        }
        export interface RetryPolicy {
          readonly retry_back_off?: envoy.config.core.v3.BackoffStrategy
          readonly num_retries?: google.protobuf.UInt32Value
          readonly retry_on?: string
          readonly retry_priority?: envoy.config.core.v3.RetryPolicy.RetryPriority
          readonly retry_host_predicate?: readonly (envoy.config.core.v3.RetryPolicy.RetryHostPredicate)[]
          readonly host_selection_retry_max_attempts?: number
        }
        export namespace RetryPolicy {
          export interface RetryHostPredicate {
            readonly name?: string
            readonly typed_config?: google.protobuf.Any
          }
          export interface RetryPriority {
            readonly name?: string
            readonly typed_config?: google.protobuf.Any
          }
        }
        export interface RuntimeDouble {
          readonly default_value?: number
          readonly runtime_key?: string
        }
        export interface RuntimeFeatureFlag {
          readonly default_value?: google.protobuf.BoolValue
          readonly runtime_key?: string
        }
        export interface RuntimeFractionalPercent {
          readonly default_value?: envoy.type.v3.FractionalPercent
          readonly runtime_key?: string
        }
        export interface RuntimeUInt32 {
          readonly default_value?: number
          readonly runtime_key?: string
        }
        export interface SchemeHeaderTransformation {
          readonly scheme_to_overwrite?: string
          readonly match_upstream?: boolean
        }
        export interface SelfConfigSource {
          readonly transport_api_version?: Enums['envoy.config.core.v3.ApiVersion'][keyof Enums['envoy.config.core.v3.ApiVersion']]
        }
        export type SocketAddress = {
          readonly protocol?: Enums['envoy.config.core.v3.SocketAddress.Protocol'][keyof Enums['envoy.config.core.v3.SocketAddress.Protocol']]
          readonly address?: string
          readonly resolver_name?: string
          readonly ipv4_compat?: boolean
          readonly network_namespace_filepath?: string
        } & OneOf<{ port_value: number; named_port: string }>
        export interface SocketCmsgHeaders {
          readonly level?: google.protobuf.UInt32Value
          readonly type?: google.protobuf.UInt32Value
          readonly expected_size?: number
        }
        export type SocketOption = {
          readonly description?: string
          readonly level?: number
          readonly name?: number
          readonly state?: Enums['envoy.config.core.v3.SocketOption.SocketState'][keyof Enums['envoy.config.core.v3.SocketOption.SocketState']]
          readonly type?: envoy.config.core.v3.SocketOption.SocketType
          readonly ip_version?: Enums['envoy.config.core.v3.SocketOption.SocketIpVersion'][keyof Enums['envoy.config.core.v3.SocketOption.SocketIpVersion']]
        } & OneOf<{ int_value: number; buf_value: Uint8Array }>
        export namespace SocketOption {
          export interface SocketType {
            readonly stream?: envoy.config.core.v3.SocketOption.SocketType.Stream
            readonly datagram?: envoy.config.core.v3.SocketOption.SocketType.Datagram
          }
          export namespace SocketType {
            export interface Datagram {
            }
            export interface Stream {
            }
          }
        }
        export interface SocketOptionsOverride {
          readonly socket_options?: readonly (envoy.config.core.v3.SocketOption)[]
        }
        export type SubstitutionFormatString = {
          readonly omit_empty_values?: boolean
          readonly content_type?: string
          readonly formatters?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
          readonly json_format_options?: envoy.config.core.v3.JsonFormatOptions
        } & OneOf<{ json_format: google.protobuf.Struct; text_format_source: envoy.config.core.v3.DataSource }>
        export interface TcpKeepalive {
          readonly keepalive_probes?: google.protobuf.UInt32Value
          readonly keepalive_time?: google.protobuf.UInt32Value
          readonly keepalive_interval?: google.protobuf.UInt32Value
        }
        export interface TlvEntry {
          readonly type?: number
          readonly value?: Uint8Array
          readonly format_string?: envoy.config.core.v3.SubstitutionFormatString
        }
        export interface TransportSocket {
          readonly name?: string
          readonly typed_config?: google.protobuf.Any
        }
        export interface TypedExtensionConfig {
          readonly name?: string
          readonly typed_config?: google.protobuf.Any
        }
        export interface UdpSocketConfig {
          readonly max_rx_datagram_size?: google.protobuf.UInt64Value
          readonly prefer_gro?: google.protobuf.BoolValue
        }
        export interface UpstreamHttpProtocolOptions {
          readonly auto_sni?: boolean
          readonly auto_san_validation?: boolean
          readonly override_auto_sni_header?: string
        }
        export interface WatchedDirectory {
          readonly path?: string
          readonly watch_modify?: boolean
        }
      }
    }
    export namespace endpoint {
      export namespace v3 {
        export interface ClusterLoadAssignment {
          readonly cluster_name?: string
          readonly endpoints?: readonly (envoy.config.endpoint.v3.LocalityLbEndpoints)[]
          readonly named_endpoints?: { readonly [key: string]: envoy.config.endpoint.v3.Endpoint }
          readonly policy?: envoy.config.endpoint.v3.ClusterLoadAssignment.Policy
        }
        export namespace ClusterLoadAssignment {
          export interface Policy {
            readonly drop_overloads?: readonly (envoy.config.endpoint.v3.ClusterLoadAssignment.Policy.DropOverload)[]
            readonly overprovisioning_factor?: google.protobuf.UInt32Value
            readonly endpoint_stale_after?: google.protobuf.Duration
            readonly weighted_priority_health?: boolean
          }
          export namespace Policy {
            export interface DropOverload {
              readonly category?: string
              readonly drop_percentage?: envoy.type.v3.FractionalPercent
            }
          }
        }
        export interface Endpoint {
          readonly address?: envoy.config.core.v3.Address
          readonly health_check_config?: envoy.config.endpoint.v3.Endpoint.HealthCheckConfig
          readonly hostname?: string
          readonly additional_addresses?: readonly (envoy.config.endpoint.v3.Endpoint.AdditionalAddress)[]
          readonly observability_name?: string
        }
        export namespace Endpoint {
          export interface AdditionalAddress {
            readonly address?: envoy.config.core.v3.Address
          }
          export interface HealthCheckConfig {
            readonly port_value?: number
            readonly hostname?: string
            readonly address?: envoy.config.core.v3.Address
            readonly disable_active_health_check?: boolean
          }
        }
        export type LbEndpoint = {
          readonly health_status?: Enums['envoy.config.core.v3.HealthStatus'][keyof Enums['envoy.config.core.v3.HealthStatus']]
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly load_balancing_weight?: google.protobuf.UInt32Value
        } & OneOf<{ endpoint: envoy.config.endpoint.v3.Endpoint; endpoint_name: string }>
        export interface LedsClusterLocalityConfig {
          readonly leds_config?: envoy.config.core.v3.ConfigSource
          readonly leds_collection_name?: string
        }
        export interface LocalityLbEndpoints {
          readonly locality?: envoy.config.core.v3.Locality
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly lb_endpoints?: readonly (envoy.config.endpoint.v3.LbEndpoint)[]
          readonly leds_cluster_locality_config?: envoy.config.endpoint.v3.LedsClusterLocalityConfig
          readonly load_balancing_weight?: google.protobuf.UInt32Value
          readonly priority?: number
          readonly proximity?: google.protobuf.UInt32Value
        }
      }
    }
    export namespace listener {
      export namespace v3 {
        export interface AdditionalAddress {
          readonly address?: envoy.config.core.v3.Address
          readonly socket_options?: envoy.config.core.v3.SocketOptionsOverride
          readonly tcp_keepalive?: envoy.config.core.v3.TcpKeepalive
        }
        export interface ApiListener {
          readonly api_listener?: google.protobuf.Any
        }
        export type Filter = {
          readonly name?: string
        } & OneOf<{ typed_config: google.protobuf.Any; config_discovery: envoy.config.core.v3.ExtensionConfigSource }>
        export interface FilterChain {
          readonly filter_chain_match?: envoy.config.listener.v3.FilterChainMatch
          readonly filters?: readonly (envoy.config.listener.v3.Filter)[]
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly transport_socket?: envoy.config.core.v3.TransportSocket
          readonly transport_socket_connect_timeout?: google.protobuf.Duration
          readonly name?: string
        }
        export interface FilterChainMatch {
          readonly destination_port?: google.protobuf.UInt32Value
          readonly prefix_ranges?: readonly (envoy.config.core.v3.CidrRange)[]
          readonly address_suffix?: string
          readonly suffix_len?: google.protobuf.UInt32Value
          readonly direct_source_prefix_ranges?: readonly (envoy.config.core.v3.CidrRange)[]
          readonly source_type?: Enums['envoy.config.listener.v3.FilterChainMatch.ConnectionSourceType'][keyof Enums['envoy.config.listener.v3.FilterChainMatch.ConnectionSourceType']]
          readonly source_prefix_ranges?: readonly (envoy.config.core.v3.CidrRange)[]
          readonly source_ports?: readonly (number)[]
          readonly server_names?: readonly (string)[]
          readonly transport_protocol?: string
          readonly application_protocols?: readonly (string)[]
        }
        export interface Listener {
          readonly name?: string
          readonly address?: envoy.config.core.v3.Address
          readonly additional_addresses?: readonly (envoy.config.listener.v3.AdditionalAddress)[]
          readonly stat_prefix?: string
          readonly stats_matcher?: envoy.config.metrics.v3.StatsMatcher
          readonly filter_chains?: readonly (envoy.config.listener.v3.FilterChain)[]
          readonly fcds_config?: envoy.config.listener.v3.Listener.FcdsConfig
          readonly filter_chain_matcher?: xds.type.matcher.v3.Matcher
          readonly use_original_dst?: google.protobuf.BoolValue
          readonly default_filter_chain?: envoy.config.listener.v3.FilterChain
          readonly per_connection_buffer_limit_bytes?: google.protobuf.UInt32Value
          readonly per_connection_buffer_high_watermark_timeout?: google.protobuf.Duration
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly drain_type?: Enums['envoy.config.listener.v3.Listener.DrainType'][keyof Enums['envoy.config.listener.v3.Listener.DrainType']]
          readonly listener_filters?: readonly (envoy.config.listener.v3.ListenerFilter)[]
          readonly listener_filters_timeout?: google.protobuf.Duration
          readonly continue_on_listener_filters_timeout?: boolean
          readonly transparent?: google.protobuf.BoolValue
          readonly freebind?: google.protobuf.BoolValue
          readonly socket_options?: readonly (envoy.config.core.v3.SocketOption)[]
          readonly tcp_fast_open_queue_length?: google.protobuf.UInt32Value
          readonly traffic_direction?: Enums['envoy.config.core.v3.TrafficDirection'][keyof Enums['envoy.config.core.v3.TrafficDirection']]
          readonly udp_listener_config?: envoy.config.listener.v3.UdpListenerConfig
          readonly api_listener?: envoy.config.listener.v3.ApiListener
          readonly connection_balance_config?: envoy.config.listener.v3.Listener.ConnectionBalanceConfig
          readonly enable_reuse_port?: google.protobuf.BoolValue
          readonly access_log?: readonly (envoy.config.accesslog.v3.AccessLog)[]
          readonly tcp_backlog_size?: google.protobuf.UInt32Value
          readonly max_connections_to_accept_per_socket_event?: google.protobuf.UInt32Value
          readonly bind_to_port?: google.protobuf.BoolValue
          readonly internal_listener?: envoy.config.listener.v3.Listener.InternalListenerConfig
          readonly enable_mptcp?: boolean
          readonly ignore_global_conn_limit?: boolean
          readonly bypass_overload_manager?: boolean
          readonly tcp_keepalive?: envoy.config.core.v3.TcpKeepalive
        }
        export namespace Listener {
          export type ConnectionBalanceConfig = {
          } & OneOf<{ exact_balance: envoy.config.listener.v3.Listener.ConnectionBalanceConfig.ExactBalance; extend_balance: envoy.config.core.v3.TypedExtensionConfig; cpu_locality_balance: envoy.config.listener.v3.Listener.ConnectionBalanceConfig.CpuLocalityBalance }>
          export namespace ConnectionBalanceConfig {
            export interface CpuLocalityBalance {
            }
            export interface ExactBalance {
            }
          }
          export interface FcdsConfig {
            readonly name?: string
            readonly config_source?: envoy.config.core.v3.ConfigSource
          }
          export interface InternalListenerConfig {
          }
        }
        export type ListenerFilter = {
          readonly name?: string
          readonly filter_disabled?: envoy.config.listener.v3.ListenerFilterChainMatchPredicate
        } & OneOf<{ typed_config: google.protobuf.Any; config_discovery: envoy.config.core.v3.ExtensionConfigSource }>
        export type ListenerFilterChainMatchPredicate = {
        } & OneOf<{ or_match: envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet; and_match: envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet; not_match: envoy.config.listener.v3.ListenerFilterChainMatchPredicate; any_match: boolean; destination_port_range: envoy.type.v3.Int32Range }>
        export namespace ListenerFilterChainMatchPredicate {
          export interface MatchSet {
            readonly rules?: readonly (envoy.config.listener.v3.ListenerFilterChainMatchPredicate)[]
          }
        }
        export interface QuicProtocolOptions {
          readonly quic_protocol_options?: envoy.config.core.v3.QuicProtocolOptions
          readonly idle_timeout?: google.protobuf.Duration
          readonly crypto_handshake_timeout?: google.protobuf.Duration
          readonly enabled?: envoy.config.core.v3.RuntimeFeatureFlag
          readonly packets_to_read_to_connection_count_ratio?: google.protobuf.UInt32Value
          readonly crypto_stream_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly proof_source_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly connection_id_generator_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly server_preferred_address_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly send_disable_active_migration?: google.protobuf.BoolValue
          readonly connection_debug_visitor_config?: envoy.config.core.v3.TypedExtensionConfig
          readonly save_cmsg_config?: readonly (envoy.config.core.v3.SocketCmsgHeaders)[]
          readonly reject_new_connections?: boolean
          readonly max_sessions_per_event_loop?: google.protobuf.UInt32Value
        }
        export interface UdpListenerConfig {
          readonly downstream_socket_config?: envoy.config.core.v3.UdpSocketConfig
          readonly quic_options?: envoy.config.listener.v3.QuicProtocolOptions
          readonly udp_packet_packet_writer_config?: envoy.config.core.v3.TypedExtensionConfig
        }
      }
    }
    export namespace metrics {
      export namespace v3 {
        export type StatsMatcher = {
        } & OneOf<{ reject_all: boolean; exclusion_list: envoy.type.matcher.v3.ListStringMatcher; inclusion_list: envoy.type.matcher.v3.ListStringMatcher }>
      }
    }
    export namespace route {
      export namespace v3 {
        export interface ClusterSpecifierPlugin {
          readonly extension?: envoy.config.core.v3.TypedExtensionConfig
          readonly is_optional?: boolean
        }
        export interface CookieMatcher {
          readonly name?: string
          readonly string_match?: envoy.type.matcher.v3.StringMatcher
          readonly invert_match?: boolean
        }
        export interface Decorator {
          readonly operation?: string
          readonly propagate?: google.protobuf.BoolValue
        }
        export interface DirectResponseAction {
          readonly status?: number
          readonly body?: envoy.config.core.v3.DataSource
          readonly body_format?: envoy.config.core.v3.SubstitutionFormatString
        }
        export interface FilterAction {
          readonly action?: google.protobuf.Any
        }
        export type HeaderMatcher = {
          readonly name?: string
          readonly invert_match?: boolean
          readonly treat_missing_header_as_empty?: boolean
        } & OneOf<{ range_match: envoy.type.v3.Int64Range; present_match: boolean; string_match: envoy.type.matcher.v3.StringMatcher }>
        export interface HedgePolicy {
          readonly initial_requests?: google.protobuf.UInt32Value
          readonly additional_request_chance?: envoy.type.v3.FractionalPercent
          readonly hedge_on_per_try_timeout?: boolean
        }
        export interface InternalRedirectPolicy {
          readonly max_internal_redirects?: google.protobuf.UInt32Value
          readonly redirect_response_codes?: readonly (number)[]
          readonly predicates?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
          readonly allow_cross_scheme_redirect?: boolean
          readonly response_headers_to_copy?: readonly (string)[]
        }
        export interface NonForwardingAction {
        }
        export type QueryParameterMatcher = {
          readonly name?: string
        } & OneOf<{ string_match: envoy.type.matcher.v3.StringMatcher; present_match: boolean }>
        export interface RateLimit {
          readonly stage?: google.protobuf.UInt32Value
          readonly disable_key?: string
          readonly actions?: readonly (envoy.config.route.v3.RateLimit.Action)[]
          readonly limit?: envoy.config.route.v3.RateLimit.Override
          readonly hits_addend?: envoy.config.route.v3.RateLimit.HitsAddend
          readonly apply_on_stream_done?: boolean
          readonly x_ratelimit_option?: Enums['envoy.config.route.v3.RateLimit.XRateLimitOption'][keyof Enums['envoy.config.route.v3.RateLimit.XRateLimitOption']]
        }
        export namespace RateLimit {
          export type Action = {
          } & OneOf<{ source_cluster: envoy.config.route.v3.RateLimit.Action.SourceCluster; destination_cluster: envoy.config.route.v3.RateLimit.Action.DestinationCluster; request_headers: envoy.config.route.v3.RateLimit.Action.RequestHeaders; query_parameters: envoy.config.route.v3.RateLimit.Action.QueryParameters; remote_address: envoy.config.route.v3.RateLimit.Action.RemoteAddress; generic_key: envoy.config.route.v3.RateLimit.Action.GenericKey; header_value_match: envoy.config.route.v3.RateLimit.Action.HeaderValueMatch; metadata: envoy.config.route.v3.RateLimit.Action.MetaData; extension: envoy.config.core.v3.TypedExtensionConfig; masked_remote_address: envoy.config.route.v3.RateLimit.Action.MaskedRemoteAddress; query_parameter_value_match: envoy.config.route.v3.RateLimit.Action.QueryParameterValueMatch; remote_address_match: envoy.config.route.v3.RateLimit.Action.RemoteAddressMatch }>
          export namespace Action {
            export interface DestinationCluster {
            }
            export interface GenericKey {
              readonly descriptor_value?: string
              readonly default_value?: string
              readonly descriptor_key?: string
            }
            export interface HeaderValueMatch {
              readonly descriptor_value?: string
              readonly default_value?: string
              readonly descriptor_key?: string
              readonly expect_match?: google.protobuf.BoolValue
              readonly headers?: readonly (envoy.config.route.v3.HeaderMatcher)[]
            }
            export interface MaskedRemoteAddress {
              readonly v4_prefix_mask_len?: google.protobuf.UInt32Value
              readonly v6_prefix_mask_len?: google.protobuf.UInt32Value
            }
            export interface MetaData {
              readonly descriptor_key?: string
              readonly metadata_key?: envoy.type.metadata.v3.MetadataKey
              readonly default_value?: string
              readonly source?: Enums['envoy.config.route.v3.RateLimit.Action.MetaData.Source'][keyof Enums['envoy.config.route.v3.RateLimit.Action.MetaData.Source']]
              readonly skip_if_absent?: boolean
            }
            export interface QueryParameterValueMatch {
              readonly descriptor_value?: string
              readonly default_value?: string
              readonly descriptor_key?: string
              readonly expect_match?: google.protobuf.BoolValue
              readonly query_parameters?: readonly (envoy.config.route.v3.QueryParameterMatcher)[]
            }
            export interface QueryParameters {
              readonly query_parameter_name?: string
              readonly descriptor_key?: string
              readonly skip_if_absent?: boolean
            }
            export interface RemoteAddress {
            }
            export interface RemoteAddressMatch {
              readonly descriptor_value?: string
              readonly descriptor_key?: string
              readonly default_value?: string
              readonly address_matcher?: envoy.type.matcher.v3.AddressMatcher
            }
            export interface RequestHeaders {
              readonly header_name?: string
              readonly descriptor_key?: string
              readonly skip_if_absent?: boolean
            }
            export interface SourceCluster {
            }
          }
          export interface HitsAddend {
            readonly number?: google.protobuf.UInt64Value
            readonly format?: string
            readonly is_negative_hits?: boolean
          }
          export type Override = {
          } & OneOf<{ dynamic_metadata: envoy.config.route.v3.RateLimit.Override.DynamicMetadata; rate_limit: envoy.config.route.v3.RateLimit.Override.RateLimitOverride }>
          export namespace Override {
            export interface DynamicMetadata {
              readonly metadata_key?: envoy.type.metadata.v3.MetadataKey
            }
            export interface RateLimitOverride {
              readonly requests_per_unit?: number
              readonly unit?: Enums['envoy.type.v3.RateLimitUnit'][keyof Enums['envoy.type.v3.RateLimitUnit']]
            }
          }
        }
        export type RedirectAction = {
          readonly host_redirect?: string
          readonly port_redirect?: number
          readonly response_code?: Enums['envoy.config.route.v3.RedirectAction.RedirectResponseCode'][keyof Enums['envoy.config.route.v3.RedirectAction.RedirectResponseCode']]
          readonly strip_query?: boolean
        } & OneOf<{ https_redirect: boolean; scheme_redirect: string }> & OneOf<{ path_redirect: string; prefix_rewrite: string; regex_rewrite: envoy.type.matcher.v3.RegexMatchAndSubstitute; path_rewrite: string }>
        export interface RetryPolicy {
          readonly retry_on?: string
          readonly num_retries?: google.protobuf.UInt32Value
          readonly per_try_timeout?: google.protobuf.Duration
          readonly per_try_idle_timeout?: google.protobuf.Duration
          readonly retry_priority?: envoy.config.route.v3.RetryPolicy.RetryPriority
          readonly retry_host_predicate?: readonly (envoy.config.route.v3.RetryPolicy.RetryHostPredicate)[]
          readonly retry_options_predicates?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
          readonly host_selection_retry_max_attempts?: number
          readonly retriable_status_codes?: readonly (number)[]
          readonly retry_back_off?: envoy.config.route.v3.RetryPolicy.RetryBackOff
          readonly rate_limited_retry_back_off?: envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff
          readonly retriable_headers?: readonly (envoy.config.route.v3.HeaderMatcher)[]
          readonly retriable_request_headers?: readonly (envoy.config.route.v3.HeaderMatcher)[]
          readonly refresh_cluster_on_retry?: boolean
        }
        export namespace RetryPolicy {
          export interface RateLimitedRetryBackOff {
            readonly reset_headers?: readonly (envoy.config.route.v3.RetryPolicy.ResetHeader)[]
            readonly max_interval?: google.protobuf.Duration
          }
          export interface ResetHeader {
            readonly name?: string
            readonly format?: Enums['envoy.config.route.v3.RetryPolicy.ResetHeaderFormat'][keyof Enums['envoy.config.route.v3.RetryPolicy.ResetHeaderFormat']]
          }
          export interface RetryBackOff {
            readonly base_interval?: google.protobuf.Duration
            readonly max_interval?: google.protobuf.Duration
          }
          export interface RetryHostPredicate {
            readonly name?: string
            readonly typed_config?: google.protobuf.Any
          }
          export interface RetryPriority {
            readonly name?: string
            readonly typed_config?: google.protobuf.Any
          }
        }
        export type Route = {
          readonly name?: string
          readonly match?: envoy.config.route.v3.RouteMatch
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly decorator?: envoy.config.route.v3.Decorator
          readonly typed_per_filter_config?: { readonly [key: string]: google.protobuf.Any }
          readonly request_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly request_headers_to_remove?: readonly (string)[]
          readonly response_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly response_headers_to_remove?: readonly (string)[]
          readonly tracing?: envoy.config.route.v3.Tracing
          readonly stat_prefix?: string
          readonly request_body_buffer_limit?: google.protobuf.UInt64Value
          readonly route_specifiers?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
        } & OneOf<{ route: envoy.config.route.v3.RouteAction; redirect: envoy.config.route.v3.RedirectAction; direct_response: envoy.config.route.v3.DirectResponseAction; filter_action: envoy.config.route.v3.FilterAction; non_forwarding_action: envoy.config.route.v3.NonForwardingAction }>
        export type RouteAction = {
          readonly cluster_not_found_response_code?: Enums['envoy.config.route.v3.RouteAction.ClusterNotFoundResponseCode'][keyof Enums['envoy.config.route.v3.RouteAction.ClusterNotFoundResponseCode']]
          readonly metadata_match?: envoy.config.core.v3.Metadata
          readonly prefix_rewrite?: string
          readonly regex_rewrite?: envoy.type.matcher.v3.RegexMatchAndSubstitute
          readonly path_rewrite_policy?: envoy.config.core.v3.TypedExtensionConfig
          readonly path_rewrite?: string
          readonly append_x_forwarded_host?: boolean
          readonly timeout?: google.protobuf.Duration
          readonly idle_timeout?: google.protobuf.Duration
          readonly flush_timeout?: google.protobuf.Duration
          readonly early_data_policy?: envoy.config.core.v3.TypedExtensionConfig
          readonly retry_policy?: envoy.config.route.v3.RetryPolicy
          readonly retry_policy_typed_config?: google.protobuf.Any
          readonly request_mirror_policies?: readonly (envoy.config.route.v3.RouteAction.RequestMirrorPolicy)[]
          readonly priority?: Enums['envoy.config.core.v3.RoutingPriority'][keyof Enums['envoy.config.core.v3.RoutingPriority']]
          readonly rate_limits?: readonly (envoy.config.route.v3.RateLimit)[]
          readonly hash_policy?: readonly (envoy.config.route.v3.RouteAction.HashPolicy)[]
          readonly upgrade_configs?: readonly (envoy.config.route.v3.RouteAction.UpgradeConfig)[]
          readonly internal_redirect_policy?: envoy.config.route.v3.InternalRedirectPolicy
          readonly hedge_policy?: envoy.config.route.v3.HedgePolicy
          readonly max_stream_duration?: envoy.config.route.v3.RouteAction.MaxStreamDuration
        } & OneOf<{ cluster: string; cluster_header: string; weighted_clusters: envoy.config.route.v3.WeightedCluster; cluster_specifier_plugin: string; inline_cluster_specifier_plugin: envoy.config.route.v3.ClusterSpecifierPlugin }> & OneOf<{ host_rewrite_literal: string; auto_host_rewrite: google.protobuf.BoolValue; host_rewrite_header: string; host_rewrite_path_regex: envoy.type.matcher.v3.RegexMatchAndSubstitute; host_rewrite: string }>
        export namespace RouteAction {
          export type HashPolicy = {
            readonly terminal?: boolean
          } & OneOf<{ header: envoy.config.route.v3.RouteAction.HashPolicy.Header; cookie: envoy.config.route.v3.RouteAction.HashPolicy.Cookie; connection_properties: envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties; query_parameter: envoy.config.route.v3.RouteAction.HashPolicy.QueryParameter; filter_state: envoy.config.route.v3.RouteAction.HashPolicy.FilterState }>
          export namespace HashPolicy {
            export interface ConnectionProperties {
              readonly source_ip?: boolean
            }
            export interface Cookie {
              readonly name?: string
              readonly ttl?: google.protobuf.Duration
              readonly path?: string
              readonly attributes?: readonly (envoy.config.route.v3.RouteAction.HashPolicy.CookieAttribute)[]
            }
            export interface CookieAttribute {
              readonly name?: string
              readonly value?: string
            }
            export interface FilterState {
              readonly key?: string
            }
            export interface Header {
              readonly header_name?: string
              readonly regex_rewrite?: envoy.type.matcher.v3.RegexMatchAndSubstitute
            }
            export interface QueryParameter {
              readonly name?: string
            }
          }
          export interface MaxStreamDuration {
            readonly max_stream_duration?: google.protobuf.Duration
            readonly grpc_timeout_header_max?: google.protobuf.Duration
            readonly grpc_timeout_header_offset?: google.protobuf.Duration
          }
          export interface RequestMirrorPolicy {
            readonly cluster?: string
            readonly cluster_header?: string
            readonly runtime_fraction?: envoy.config.core.v3.RuntimeFractionalPercent
            readonly trace_sampled?: google.protobuf.BoolValue
            readonly disable_shadow_host_suffix_append?: boolean
            readonly request_headers_mutations?: readonly (envoy.config.common.mutation_rules.v3.HeaderMutation)[]
            readonly host_rewrite_literal?: string
          }
          export interface UpgradeConfig {
            readonly upgrade_type?: string
            readonly enabled?: google.protobuf.BoolValue
            readonly connect_config?: envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig
          }
          export namespace UpgradeConfig {
            export interface ConnectConfig {
              readonly proxy_protocol_config?: envoy.config.core.v3.ProxyProtocolConfig
              readonly allow_post?: boolean
            }
          }
        }
        export interface RouteConfiguration {
          readonly name?: string
          readonly virtual_hosts?: readonly (envoy.config.route.v3.VirtualHost)[]
          readonly vhds?: envoy.config.route.v3.Vhds
          readonly internal_only_headers?: readonly (string)[]
          readonly response_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly response_headers_to_remove?: readonly (string)[]
          readonly request_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly request_headers_to_remove?: readonly (string)[]
          readonly most_specific_header_mutations_wins?: boolean
          readonly validate_clusters?: google.protobuf.BoolValue
          readonly max_direct_response_body_size_bytes?: google.protobuf.UInt32Value
          readonly cluster_specifier_plugins?: readonly (envoy.config.route.v3.ClusterSpecifierPlugin)[]
          readonly request_mirror_policies?: readonly (envoy.config.route.v3.RouteAction.RequestMirrorPolicy)[]
          readonly ignore_port_in_host_matching?: boolean
          readonly vhost_header?: string
          readonly ignore_path_parameters_in_path_matching?: boolean
          readonly typed_per_filter_config?: { readonly [key: string]: google.protobuf.Any }
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly route_specifiers?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
        }
        export type RouteMatch = {
          readonly case_sensitive?: google.protobuf.BoolValue
          readonly runtime_fraction?: envoy.config.core.v3.RuntimeFractionalPercent
          readonly headers?: readonly (envoy.config.route.v3.HeaderMatcher)[]
          readonly query_parameters?: readonly (envoy.config.route.v3.QueryParameterMatcher)[]
          readonly cookies?: readonly (envoy.config.route.v3.CookieMatcher)[]
          readonly grpc?: envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions
          readonly tls_context?: envoy.config.route.v3.RouteMatch.TlsContextMatchOptions
          readonly dynamic_metadata?: readonly (envoy.type.matcher.v3.MetadataMatcher)[]
          readonly filter_state?: readonly (envoy.type.matcher.v3.FilterStateMatcher)[]
        } & OneOf<{ prefix: string; path: string; safe_regex: envoy.type.matcher.v3.RegexMatcher; connect_matcher: envoy.config.route.v3.RouteMatch.ConnectMatcher; path_separated_prefix: string; path_match_policy: envoy.config.core.v3.TypedExtensionConfig }>
        export namespace RouteMatch {
          export interface ConnectMatcher {
          }
          export interface GrpcRouteMatchOptions {
          }
          export interface TlsContextMatchOptions {
            readonly presented?: google.protobuf.BoolValue
            readonly validated?: google.protobuf.BoolValue
          }
        }
        export interface ScopedRouteConfiguration {
          readonly on_demand?: boolean
          readonly name?: string
          readonly route_configuration_name?: string
          readonly route_configuration?: envoy.config.route.v3.RouteConfiguration
          readonly key?: envoy.config.route.v3.ScopedRouteConfiguration.Key
        }
        export namespace ScopedRouteConfiguration {
          export interface Key {
            readonly fragments?: readonly (envoy.config.route.v3.ScopedRouteConfiguration.Key.Fragment)[]
          }
          export namespace Key {
            export interface Fragment {
              readonly string_key?: string
            }
          }
        }
        export interface Tracing {
          readonly client_sampling?: envoy.type.v3.FractionalPercent
          readonly random_sampling?: envoy.type.v3.FractionalPercent
          readonly overall_sampling?: envoy.type.v3.FractionalPercent
          readonly custom_tags?: readonly (envoy.type.tracing.v3.CustomTag)[]
          readonly operation?: string
          readonly upstream_operation?: string
        }
        export interface Vhds {
          readonly config_source?: envoy.config.core.v3.ConfigSource
        }
        export interface VirtualCluster {
          readonly headers?: readonly (envoy.config.route.v3.HeaderMatcher)[]
          readonly name?: string
        }
        export interface VirtualHost {
          readonly name?: string
          readonly domains?: readonly (string)[]
          readonly routes?: readonly (envoy.config.route.v3.Route)[]
          readonly matcher?: xds.type.matcher.v3.Matcher
          readonly require_tls?: Enums['envoy.config.route.v3.VirtualHost.TlsRequirementType'][keyof Enums['envoy.config.route.v3.VirtualHost.TlsRequirementType']]
          readonly virtual_clusters?: readonly (envoy.config.route.v3.VirtualCluster)[]
          readonly rate_limits?: readonly (envoy.config.route.v3.RateLimit)[]
          readonly request_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly request_headers_to_remove?: readonly (string)[]
          readonly response_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly response_headers_to_remove?: readonly (string)[]
          readonly typed_per_filter_config?: { readonly [key: string]: google.protobuf.Any }
          readonly include_request_attempt_count?: boolean
          readonly include_attempt_count_in_response?: boolean
          readonly retry_policy?: envoy.config.route.v3.RetryPolicy
          readonly retry_policy_typed_config?: google.protobuf.Any
          readonly hedge_policy?: envoy.config.route.v3.HedgePolicy
          readonly include_is_timeout_retry_header?: boolean
          readonly request_body_buffer_limit?: google.protobuf.UInt64Value
          readonly request_mirror_policies?: readonly (envoy.config.route.v3.RouteAction.RequestMirrorPolicy)[]
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly route_specifiers?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
        }
        export type WeightedCluster = {
          readonly clusters?: readonly (envoy.config.route.v3.WeightedCluster.ClusterWeight)[]
          readonly runtime_key_prefix?: string
        } & OneOf<{ header_name: string; use_hash_policy: google.protobuf.BoolValue }>
        export namespace WeightedCluster {
          export interface ClusterWeight {
            readonly name?: string
            readonly cluster_header?: string
            readonly weight?: google.protobuf.UInt32Value
            readonly metadata_match?: envoy.config.core.v3.Metadata
            readonly request_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
            readonly request_headers_to_remove?: readonly (string)[]
            readonly response_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
            readonly response_headers_to_remove?: readonly (string)[]
            readonly typed_per_filter_config?: { readonly [key: string]: google.protobuf.Any }
            readonly host_rewrite_literal?: string
          }
        }
      }
    }
    export namespace trace {
      export namespace v3 {
        export namespace Tracing {
          export interface Http {
            readonly name?: string
            readonly typed_config?: google.protobuf.Any
          }
        }
      }
    }
  }
  export namespace data {
    export namespace accesslog {
      export namespace v3 {
        export interface AccessLogCommon {
          readonly sample_rate?: number
          readonly downstream_remote_address?: envoy.config.core.v3.Address
          readonly downstream_local_address?: envoy.config.core.v3.Address
          readonly tls_properties?: envoy.data.accesslog.v3.TLSProperties
          readonly start_time?: google.protobuf.Timestamp
          readonly time_to_last_rx_byte?: google.protobuf.Duration
          readonly time_to_first_upstream_tx_byte?: google.protobuf.Duration
          readonly time_to_last_upstream_tx_byte?: google.protobuf.Duration
          readonly time_to_first_upstream_rx_byte?: google.protobuf.Duration
          readonly time_to_last_upstream_rx_byte?: google.protobuf.Duration
          readonly time_to_first_downstream_tx_byte?: google.protobuf.Duration
          readonly time_to_last_downstream_tx_byte?: google.protobuf.Duration
          readonly upstream_remote_address?: envoy.config.core.v3.Address
          readonly upstream_local_address?: envoy.config.core.v3.Address
          readonly upstream_cluster?: string
          readonly response_flags?: envoy.data.accesslog.v3.ResponseFlags
          readonly metadata?: envoy.config.core.v3.Metadata
          readonly upstream_transport_failure_reason?: string
          readonly route_name?: string
          readonly downstream_direct_remote_address?: envoy.config.core.v3.Address
          readonly filter_state_objects?: { readonly [key: string]: google.protobuf.Any }
          readonly custom_tags?: { readonly [key: string]: string }
          readonly duration?: google.protobuf.Duration
          readonly upstream_request_attempt_count?: number
          readonly connection_termination_details?: string
          readonly stream_id?: string
          readonly downstream_transport_failure_reason?: string
          readonly downstream_wire_bytes_sent?: number
          readonly downstream_wire_bytes_received?: number
          readonly upstream_wire_bytes_sent?: number
          readonly upstream_wire_bytes_received?: number
          readonly access_log_type?: Enums['envoy.data.accesslog.v3.AccessLogType'][keyof Enums['envoy.data.accesslog.v3.AccessLogType']]
        }
        export interface ConnectionProperties {
          readonly received_bytes?: number
          readonly sent_bytes?: number
        }
        export interface HTTPAccessLogEntry {
          readonly common_properties?: envoy.data.accesslog.v3.AccessLogCommon
          readonly protocol_version?: Enums['envoy.data.accesslog.v3.HTTPAccessLogEntry.HTTPVersion'][keyof Enums['envoy.data.accesslog.v3.HTTPAccessLogEntry.HTTPVersion']]
          readonly request?: envoy.data.accesslog.v3.HTTPRequestProperties
          readonly response?: envoy.data.accesslog.v3.HTTPResponseProperties
        }
        export interface HTTPRequestProperties {
          readonly request_method?: Enums['envoy.config.core.v3.RequestMethod'][keyof Enums['envoy.config.core.v3.RequestMethod']]
          readonly scheme?: string
          readonly authority?: string
          readonly port?: google.protobuf.UInt32Value
          readonly path?: string
          readonly user_agent?: string
          readonly referer?: string
          readonly forwarded_for?: string
          readonly request_id?: string
          readonly original_path?: string
          readonly request_headers_bytes?: number
          readonly request_body_bytes?: number
          readonly request_headers?: { readonly [key: string]: string }
          readonly upstream_header_bytes_sent?: number
          readonly downstream_header_bytes_received?: number
        }
        export interface HTTPResponseProperties {
          readonly response_code?: google.protobuf.UInt32Value
          readonly response_headers_bytes?: number
          readonly response_body_bytes?: number
          readonly response_headers?: { readonly [key: string]: string }
          readonly response_trailers?: { readonly [key: string]: string }
          readonly response_code_details?: string
          readonly upstream_header_bytes_received?: number
          readonly downstream_header_bytes_sent?: number
        }
        export interface ResponseFlags {
          readonly failed_local_healthcheck?: boolean
          readonly no_healthy_upstream?: boolean
          readonly upstream_request_timeout?: boolean
          readonly local_reset?: boolean
          readonly upstream_remote_reset?: boolean
          readonly upstream_connection_failure?: boolean
          readonly upstream_connection_termination?: boolean
          readonly upstream_overflow?: boolean
          readonly no_route_found?: boolean
          readonly delay_injected?: boolean
          readonly fault_injected?: boolean
          readonly rate_limited?: boolean
          readonly unauthorized_details?: envoy.data.accesslog.v3.ResponseFlags.Unauthorized
          readonly rate_limit_service_error?: boolean
          readonly downstream_connection_termination?: boolean
          readonly upstream_retry_limit_exceeded?: boolean
          readonly stream_idle_timeout?: boolean
          readonly invalid_envoy_request_headers?: boolean
          readonly downstream_protocol_error?: boolean
          readonly upstream_max_stream_duration_reached?: boolean
          readonly response_from_cache_filter?: boolean
          readonly no_filter_config_found?: boolean
          readonly duration_timeout?: boolean
          readonly upstream_protocol_error?: boolean
          readonly no_cluster_found?: boolean
          readonly overload_manager?: boolean
          readonly dns_resolution_failure?: boolean
          readonly downstream_remote_reset?: boolean
        }
        export namespace ResponseFlags {
          export interface Unauthorized {
            readonly reason?: Enums['envoy.data.accesslog.v3.ResponseFlags.Unauthorized.Reason'][keyof Enums['envoy.data.accesslog.v3.ResponseFlags.Unauthorized.Reason']]
          }
        }
        export interface TCPAccessLogEntry {
          readonly common_properties?: envoy.data.accesslog.v3.AccessLogCommon
          readonly connection_properties?: envoy.data.accesslog.v3.ConnectionProperties
        }
        export interface TLSProperties {
          readonly tls_version?: Enums['envoy.data.accesslog.v3.TLSProperties.TLSVersion'][keyof Enums['envoy.data.accesslog.v3.TLSProperties.TLSVersion']]
          readonly tls_cipher_suite?: google.protobuf.UInt32Value
          readonly tls_sni_hostname?: string
          readonly local_certificate_properties?: envoy.data.accesslog.v3.TLSProperties.CertificateProperties
          readonly peer_certificate_properties?: envoy.data.accesslog.v3.TLSProperties.CertificateProperties
          readonly tls_session_id?: string
          readonly ja3_fingerprint?: string
        }
        export namespace TLSProperties {
          export interface CertificateProperties {
            readonly subject_alt_name?: readonly (envoy.data.accesslog.v3.TLSProperties.CertificateProperties.SubjectAltName)[]
            readonly subject?: string
            readonly issuer?: string
          }
          export namespace CertificateProperties {
            export type SubjectAltName = {
            } & OneOf<{ uri: string; dns: string }>
          }
        }
      }
    }
  }
  export namespace extensions {
    export namespace access_loggers {
      export namespace grpc {
        export namespace v3 {
          export interface CommonGrpcAccessLogConfig {
            readonly log_name?: string
            readonly grpc_service?: envoy.config.core.v3.GrpcService
            readonly transport_api_version?: Enums['envoy.config.core.v3.ApiVersion'][keyof Enums['envoy.config.core.v3.ApiVersion']]
            readonly buffer_flush_interval?: google.protobuf.Duration
            readonly buffer_size_bytes?: google.protobuf.UInt32Value
            readonly filter_state_objects_to_log?: readonly (string)[]
            readonly grpc_stream_retry_policy?: envoy.config.core.v3.RetryPolicy
            readonly custom_tags?: readonly (envoy.type.tracing.v3.CustomTag)[]
          }
          export interface HttpGrpcAccessLogConfig {
            readonly common_config?: envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig
            readonly additional_request_headers_to_log?: readonly (string)[]
            readonly additional_response_headers_to_log?: readonly (string)[]
            readonly additional_response_trailers_to_log?: readonly (string)[]
          }
        }
      }
    }
    export namespace common {
      export namespace matching {
        export namespace v3 {
          export interface ExtensionWithMatcher {
            readonly xds_matcher?: xds.type.matcher.v3.Matcher
            readonly extension_config?: envoy.config.core.v3.TypedExtensionConfig
          }
        }
      }
    }
    export namespace filters {
      export namespace http {
        export namespace composite {
          export namespace v3 {
            export interface Composite {
              readonly named_filter_chains?: { readonly [key: string]: envoy.extensions.filters.http.composite.v3.FilterChainConfiguration }
              readonly matcher?: xds.type.matcher.v3.Matcher
            }
            export interface DynamicConfig {
              readonly name?: string
              readonly config_discovery?: envoy.config.core.v3.ExtensionConfigSource
            }
            export interface ExecuteFilterAction {
              readonly typed_config?: envoy.config.core.v3.TypedExtensionConfig
              readonly dynamic_config?: envoy.extensions.filters.http.composite.v3.DynamicConfig
              readonly filter_chain?: envoy.extensions.filters.http.composite.v3.FilterChainConfiguration
              readonly filter_chain_name?: string
              readonly sample_percent?: envoy.config.core.v3.RuntimeFractionalPercent
            }
            export interface FilterChainConfiguration {
              readonly typed_config?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
            }
          }
        }
        export namespace ext_authz {
          export namespace v3 {
            export interface AuthorizationRequest {
              readonly headers_to_add?: readonly (envoy.config.core.v3.HeaderValue)[]
            }
            export interface AuthorizationResponse {
              readonly allowed_upstream_headers?: envoy.type.matcher.v3.ListStringMatcher
              readonly allowed_upstream_headers_to_append?: envoy.type.matcher.v3.ListStringMatcher
              readonly allowed_client_headers?: envoy.type.matcher.v3.ListStringMatcher
              readonly allowed_client_headers_on_success?: envoy.type.matcher.v3.ListStringMatcher
              readonly dynamic_metadata_from_headers?: envoy.type.matcher.v3.ListStringMatcher
            }
            export interface BufferSettings {
              readonly max_request_bytes?: number
              readonly allow_partial_message?: boolean
              readonly pack_as_bytes?: boolean
            }
            export type CheckSettings = {
              readonly context_extensions?: { readonly [key: string]: string }
              readonly disable_request_body_buffering?: boolean
              readonly with_request_body?: envoy.extensions.filters.http.ext_authz.v3.BufferSettings
              readonly emit_client_span?: google.protobuf.BoolValue
            } & OneOf<{ grpc_service: envoy.config.core.v3.GrpcService; http_service: envoy.extensions.filters.http.ext_authz.v3.HttpService }>
            export type ExtAuthz = {
              readonly transport_api_version?: Enums['envoy.config.core.v3.ApiVersion'][keyof Enums['envoy.config.core.v3.ApiVersion']]
              readonly failure_mode_allow?: boolean
              readonly failure_mode_allow_header_add?: boolean
              readonly with_request_body?: envoy.extensions.filters.http.ext_authz.v3.BufferSettings
              readonly clear_route_cache?: boolean
              readonly clear_route_cache_headers?: readonly (string)[]
              readonly status_on_error?: envoy.type.v3.HttpStatus
              readonly validate_mutations?: boolean
              readonly metadata_context_namespaces?: readonly (string)[]
              readonly typed_metadata_context_namespaces?: readonly (string)[]
              readonly route_metadata_context_namespaces?: readonly (string)[]
              readonly route_typed_metadata_context_namespaces?: readonly (string)[]
              readonly filter_enabled?: envoy.config.core.v3.RuntimeFractionalPercent
              readonly filter_enabled_metadata?: envoy.type.matcher.v3.MetadataMatcher
              readonly deny_at_disable?: envoy.config.core.v3.RuntimeFeatureFlag
              readonly include_peer_certificate?: boolean
              readonly stat_prefix?: string
              readonly bootstrap_metadata_labels_key?: string
              readonly allowed_headers?: envoy.type.matcher.v3.ListStringMatcher
              readonly disallowed_headers?: envoy.type.matcher.v3.ListStringMatcher
              readonly include_tls_session?: boolean
              readonly charge_cluster_response_stats?: google.protobuf.BoolValue
              readonly encode_raw_headers?: boolean
              readonly decoder_header_mutation_rules?: envoy.config.common.mutation_rules.v3.HeaderMutationRules
              readonly enable_dynamic_metadata_ingestion?: google.protobuf.BoolValue
              readonly filter_metadata?: google.protobuf.Struct
              readonly emit_filter_state_stats?: boolean
              readonly max_denied_response_body_bytes?: number
              readonly enforce_response_header_limits?: boolean
              readonly shadow_mode?: boolean
              readonly emit_client_span?: google.protobuf.BoolValue
            } & OneOf<{ grpc_service: envoy.config.core.v3.GrpcService; http_service: envoy.extensions.filters.http.ext_authz.v3.HttpService }>
            export type ExtAuthzPerRoute = {
            } & OneOf<{ disabled: boolean; check_settings: envoy.extensions.filters.http.ext_authz.v3.CheckSettings }>
            export interface HttpService {
              readonly server_uri?: envoy.config.core.v3.HttpUri
              readonly path_prefix?: string
              readonly path_override?: string
              readonly authorization_request?: envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest
              readonly authorization_response?: envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse
              readonly retry_policy?: envoy.config.core.v3.RetryPolicy
            }
          }
        }
        export namespace ext_proc {
          export namespace v3 {
            export interface ExtProcHttpService {
              readonly http_service?: envoy.config.core.v3.HttpService
            }
            export interface ExternalProcessor {
              readonly grpc_service?: envoy.config.core.v3.GrpcService
              readonly http_service?: envoy.extensions.filters.http.ext_proc.v3.ExtProcHttpService
              readonly failure_mode_allow?: boolean
              readonly processing_mode?: envoy.extensions.filters.http.ext_proc.v3.ProcessingMode
              readonly request_attributes?: readonly (string)[]
              readonly response_attributes?: readonly (string)[]
              readonly message_timeout?: google.protobuf.Duration
              readonly stat_prefix?: string
              readonly mutation_rules?: envoy.config.common.mutation_rules.v3.HeaderMutationRules
              readonly max_message_timeout?: google.protobuf.Duration
              readonly forward_rules?: envoy.extensions.filters.http.ext_proc.v3.HeaderForwardingRules
              readonly filter_metadata?: google.protobuf.Struct
              readonly allow_mode_override?: boolean
              readonly disable_immediate_response?: boolean
              readonly metadata_options?: envoy.extensions.filters.http.ext_proc.v3.MetadataOptions
              readonly observability_mode?: boolean
              readonly disable_clear_route_cache?: boolean
              readonly route_cache_action?: Enums['envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor.RouteCacheAction'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor.RouteCacheAction']]
              readonly deferred_close_timeout?: google.protobuf.Duration
              readonly send_body_without_waiting_for_header_response?: boolean
              readonly allowed_override_modes?: readonly (envoy.extensions.filters.http.ext_proc.v3.ProcessingMode)[]
              readonly processing_request_modifier?: envoy.config.core.v3.TypedExtensionConfig
              readonly on_processing_response?: envoy.config.core.v3.TypedExtensionConfig
              readonly status_on_error?: envoy.type.v3.HttpStatus
              readonly allow_content_length_header?: boolean
              readonly emit_client_span?: google.protobuf.BoolValue
            }
            export interface HeaderForwardingRules {
              readonly allowed_headers?: envoy.type.matcher.v3.ListStringMatcher
              readonly disallowed_headers?: envoy.type.matcher.v3.ListStringMatcher
            }
            export interface MetadataOptions {
              readonly forwarding_namespaces?: envoy.extensions.filters.http.ext_proc.v3.MetadataOptions.MetadataNamespaces
              readonly receiving_namespaces?: envoy.extensions.filters.http.ext_proc.v3.MetadataOptions.MetadataNamespaces
              readonly cluster_metadata_forwarding_namespaces?: envoy.extensions.filters.http.ext_proc.v3.MetadataOptions.MetadataNamespaces
            }
            export namespace MetadataOptions {
              export interface MetadataNamespaces {
                readonly untyped?: readonly (string)[]
                readonly typed?: readonly (string)[]
              }
            }
            export interface ProcessingMode {
              readonly request_header_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode']]
              readonly response_header_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode']]
              readonly request_body_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode']]
              readonly response_body_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode']]
              readonly request_trailer_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode']]
              readonly response_trailer_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode']]
            }
          }
        }
        export namespace header_mutation {
          export namespace v3 {
            export interface HeaderMutation {
              readonly mutations?: envoy.extensions.filters.http.header_mutation.v3.Mutations
              readonly most_specific_header_mutations_wins?: boolean
            }
            export interface Mutations {
              readonly request_mutations?: readonly (envoy.config.common.mutation_rules.v3.HeaderMutation)[]
              readonly query_parameter_mutations?: readonly (envoy.config.core.v3.KeyValueMutation)[]
              readonly response_mutations?: readonly (envoy.config.common.mutation_rules.v3.HeaderMutation)[]
              readonly response_trailers_mutations?: readonly (envoy.config.common.mutation_rules.v3.HeaderMutation)[]
              readonly request_trailers_mutations?: readonly (envoy.config.common.mutation_rules.v3.HeaderMutation)[]
              readonly formatters?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
            }
          }
        }
        export namespace lua {
          export namespace v3 {
            export interface Lua {
              readonly source_codes?: { readonly [key: string]: envoy.config.core.v3.DataSource }
              readonly default_source_code?: envoy.config.core.v3.DataSource
              readonly stat_prefix?: string
              readonly clear_route_cache?: google.protobuf.BoolValue
              readonly filter_context?: google.protobuf.Struct
              readonly package_paths?: readonly (string)[]
              readonly package_cpaths?: readonly (string)[]
              readonly shared_vm_id?: string
            }
          }
        }
        export namespace router {
          export namespace v3 {
            export interface Router {
              readonly dynamic_stats?: google.protobuf.BoolValue
              readonly upstream_log?: readonly (envoy.config.accesslog.v3.AccessLog)[]
              readonly upstream_log_options?: envoy.extensions.filters.http.router.v3.Router.UpstreamAccessLogOptions
              readonly suppress_envoy_headers?: boolean
              readonly strict_check_headers?: readonly (string)[]
              readonly respect_expected_rq_timeout?: boolean
              readonly suppress_grpc_request_failure_code_stats?: boolean
              readonly upstream_http_filters?: readonly (envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter)[]
              readonly reject_connect_request_early_data?: google.protobuf.BoolValue
            }
            export namespace Router {
              export interface UpstreamAccessLogOptions {
                readonly flush_upstream_log_on_upstream_stream?: boolean
                readonly upstream_log_flush_interval?: google.protobuf.Duration
              }
            }
          }
        }
      }
      export namespace listener {
        export namespace tls_inspector {
          export namespace v3 {
            export interface TlsInspector {
              readonly enable_ja3_fingerprinting?: google.protobuf.BoolValue
              readonly enable_ja4_fingerprinting?: google.protobuf.BoolValue
              readonly initial_read_buffer_size?: google.protobuf.UInt32Value
              readonly close_connection_on_client_hello_parsing_errors?: boolean
              readonly max_client_hello_size?: google.protobuf.UInt32Value
            }
          }
        }
      }
      export namespace network {
        export namespace http_connection_manager {
          export namespace v3 {
            export interface ForwardProtoConfig {
              readonly https_destination_ports?: readonly (number)[]
              readonly http_destination_ports?: readonly (number)[]
            }
            export type HttpConnectionManager = {
              readonly codec_type?: Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.CodecType'][keyof Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.CodecType']]
              readonly stat_prefix?: string
              readonly http_filters?: readonly (envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter)[]
              readonly add_user_agent?: google.protobuf.BoolValue
              readonly tracing?: envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing
              readonly common_http_protocol_options?: envoy.config.core.v3.HttpProtocolOptions
              readonly http1_safe_max_connection_duration?: boolean
              readonly http_protocol_options?: envoy.config.core.v3.Http1ProtocolOptions
              readonly http2_protocol_options?: envoy.config.core.v3.Http2ProtocolOptions
              readonly http3_protocol_options?: envoy.config.core.v3.Http3ProtocolOptions
              readonly server_name?: string
              readonly server_header_transformation?: Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ServerHeaderTransformation'][keyof Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ServerHeaderTransformation']]
              readonly scheme_header_transformation?: envoy.config.core.v3.SchemeHeaderTransformation
              readonly max_request_headers_kb?: google.protobuf.UInt32Value
              readonly stream_idle_timeout?: google.protobuf.Duration
              readonly stream_flush_timeout?: google.protobuf.Duration
              readonly request_timeout?: google.protobuf.Duration
              readonly request_headers_timeout?: google.protobuf.Duration
              readonly drain_timeout?: google.protobuf.Duration
              readonly drain_timeout_jitter?: envoy.type.v3.Percent
              readonly delayed_close_timeout?: google.protobuf.Duration
              readonly access_log?: readonly (envoy.config.accesslog.v3.AccessLog)[]
              readonly access_log_options?: envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.HcmAccessLogOptions
              readonly use_remote_address?: google.protobuf.BoolValue
              readonly xff_num_trusted_hops?: number
              readonly original_ip_detection_extensions?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
              readonly early_header_mutation_extensions?: readonly (envoy.config.core.v3.TypedExtensionConfig)[]
              readonly internal_address_config?: envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.InternalAddressConfig
              readonly skip_xff_append?: boolean
              readonly via?: string
              readonly generate_request_id?: google.protobuf.BoolValue
              readonly preserve_external_request_id?: boolean
              readonly always_set_request_id_in_response?: boolean
              readonly forward_client_cert_details?: Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails'][keyof Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails']]
              readonly set_current_client_cert_details?: envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails
              readonly forward_client_cert_matcher?: xds.type.matcher.v3.Matcher
              readonly proxy_100_continue?: boolean
              readonly represent_ipv4_remote_address_as_ipv4_mapped_ipv6?: boolean
              readonly upgrade_configs?: readonly (envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig)[]
              readonly normalize_path?: google.protobuf.BoolValue
              readonly merge_slashes?: boolean
              readonly path_with_escaped_slashes_action?: Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction'][keyof Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction']]
              readonly request_id_extension?: envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension
              readonly local_reply_config?: envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig
              readonly strip_matching_host_port?: boolean
              readonly strip_any_host_port?: boolean
              readonly stream_error_on_invalid_http_message?: google.protobuf.BoolValue
              readonly path_normalization_options?: envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathNormalizationOptions
              readonly strip_trailing_host_dot?: boolean
              readonly proxy_status_config?: envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ProxyStatusConfig
              readonly typed_header_validation_config?: envoy.config.core.v3.TypedExtensionConfig
              readonly append_x_forwarded_port?: boolean
              readonly append_local_overload?: boolean
              readonly add_proxy_protocol_connection_state?: google.protobuf.BoolValue
              readonly forward_proto_config?: envoy.extensions.filters.network.http_connection_manager.v3.ForwardProtoConfig
              readonly record_route_resolution_stats?: boolean
            } & OneOf<{ rds: envoy.extensions.filters.network.http_connection_manager.v3.Rds; route_config: envoy.config.route.v3.RouteConfiguration; scoped_routes: envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes }>
            export namespace HttpConnectionManager {
              export interface HcmAccessLogOptions {
                readonly access_log_flush_interval?: google.protobuf.Duration
                readonly flush_access_log_on_new_request?: boolean
                readonly flush_log_on_tunnel_successfully_established?: boolean
              }
              export interface InternalAddressConfig {
                readonly unix_sockets?: boolean
                readonly cidr_ranges?: readonly (envoy.config.core.v3.CidrRange)[]
              }
              export interface PathNormalizationOptions {
                readonly forwarding_transformation?: envoy.type.http.v3.PathTransformation
                readonly http_filter_transformation?: envoy.type.http.v3.PathTransformation
              }
              export type ProxyStatusConfig = {
                readonly remove_details?: boolean
                readonly remove_connection_termination_details?: boolean
                readonly remove_response_flags?: boolean
                readonly set_recommended_response_code?: boolean
              } & OneOf<{ use_node_id: boolean; literal_proxy_name: string }>
              export interface SetCurrentClientCertDetails {
                readonly subject?: google.protobuf.BoolValue
                readonly cert?: boolean
                readonly chain?: boolean
                readonly dns?: boolean
                readonly uri?: boolean
                readonly issuer?: boolean
                readonly format?: Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertFormat'][keyof Enums['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertFormat']]
              }
              export interface Tracing {
                readonly client_sampling?: envoy.type.v3.Percent
                readonly random_sampling?: envoy.type.v3.Percent
                readonly overall_sampling?: envoy.type.v3.Percent
                readonly verbose?: boolean
                readonly max_path_tag_length?: google.protobuf.UInt32Value
                readonly custom_tags?: readonly (envoy.type.tracing.v3.CustomTag)[]
                readonly provider?: envoy.config.trace.v3.Tracing.Http
                readonly spawn_upstream_span?: google.protobuf.BoolValue
                readonly operation?: string
                readonly upstream_operation?: string
                readonly no_context_propagation?: boolean
              }
              export interface UpgradeConfig {
                readonly upgrade_type?: string
                readonly filters?: readonly (envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter)[]
                readonly enabled?: google.protobuf.BoolValue
              }
            }
            export type HttpFilter = {
              readonly name?: string
              readonly is_optional?: boolean
              readonly disabled?: boolean
            } & OneOf<{ typed_config: google.protobuf.Any; config_discovery: envoy.config.core.v3.ExtensionConfigSource }>
            export interface LocalReplyConfig {
              readonly mappers?: readonly (envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper)[]
              readonly body_format?: envoy.config.core.v3.SubstitutionFormatString
            }
            export interface Rds {
              readonly config_source?: envoy.config.core.v3.ConfigSource
              readonly route_config_name?: string
            }
            export interface RequestIDExtension {
              readonly typed_config?: google.protobuf.Any
            }
            export interface ResponseMapper {
              readonly filter?: envoy.config.accesslog.v3.AccessLogFilter
              readonly status_code?: google.protobuf.UInt32Value
              readonly body?: envoy.config.core.v3.DataSource
              readonly body_format_override?: envoy.config.core.v3.SubstitutionFormatString
              readonly headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
            }
            export interface ScopedRds {
              readonly scoped_rds_config_source?: envoy.config.core.v3.ConfigSource
              readonly srds_resources_locator?: string
            }
            export interface ScopedRouteConfigurationsList {
              readonly scoped_route_configurations?: readonly (envoy.config.route.v3.ScopedRouteConfiguration)[]
            }
            export type ScopedRoutes = {
              readonly name?: string
              readonly scope_key_builder?: envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder
              readonly rds_config_source?: envoy.config.core.v3.ConfigSource
            } & OneOf<{ scoped_route_configurations_list: envoy.extensions.filters.network.http_connection_manager.v3.ScopedRouteConfigurationsList; scoped_rds: envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds }>
            export namespace ScopedRoutes {
              export interface ScopeKeyBuilder {
                readonly fragments?: readonly (envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder)[]
              }
              export namespace ScopeKeyBuilder {
                export interface FragmentBuilder {
                  readonly header_value_extractor?: envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor
                }
                export namespace FragmentBuilder {
                  export type HeaderValueExtractor = {
                    readonly name?: string
                    readonly element_separator?: string
                  } & OneOf<{ index: number; element: envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.KvElement }>
                  export namespace HeaderValueExtractor {
                    export interface KvElement {
                      readonly separator?: string
                      readonly key?: string
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    export namespace http {
      export namespace early_header_mutation {
        export namespace header_mutation {
          export namespace v3 {
            export interface HeaderMutation {
              readonly mutations?: readonly (envoy.config.common.mutation_rules.v3.HeaderMutation)[]
            }
          }
        }
      }
    }
    export namespace matching {
      export namespace common_inputs {
        export namespace network {
          export namespace v3 {
            export interface DynamicMetadataInput {
              readonly filter?: string
              readonly path?: readonly (envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput.PathSegment)[]
            }
            export namespace DynamicMetadataInput {
              export interface PathSegment {
                readonly key?: string
              }
            }
          }
        }
      }
      export namespace input_matchers {
        export namespace metadata {
          export namespace v3 {
            export interface Metadata {
              readonly value?: envoy.type.matcher.v3.ValueMatcher
              readonly invert?: boolean
            }
          }
        }
      }
    }
    export namespace retry {
      export namespace host {
        export namespace previous_hosts {
          export namespace v3 {
            export interface PreviousHostsPredicate {
            }
          }
        }
      }
    }
    export namespace transport_sockets {
      export namespace tls {
        export namespace v3 {
          export interface CertificateProviderPluginInstance {
            readonly instance_name?: string
            readonly certificate_name?: string
          }
          export interface CertificateValidationContext {
            readonly trusted_ca?: envoy.config.core.v3.DataSource
            readonly ca_certificate_provider_instance?: envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance
            readonly system_root_certs?: envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.SystemRootCerts
            readonly watched_directory?: envoy.config.core.v3.WatchedDirectory
            readonly verify_certificate_spki?: readonly (string)[]
            readonly verify_certificate_hash?: readonly (string)[]
            readonly match_typed_subject_alt_names?: readonly (envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher)[]
            readonly require_signed_certificate_timestamp?: google.protobuf.BoolValue
            readonly crl?: envoy.config.core.v3.DataSource
            readonly allow_expired_certificate?: boolean
            readonly trust_chain_verification?: Enums['envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification'][keyof Enums['envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification']]
            readonly custom_validator_config?: envoy.config.core.v3.TypedExtensionConfig
            readonly only_verify_leaf_cert_crl?: boolean
            readonly max_verify_depth?: google.protobuf.UInt32Value
            readonly suppress_client_ca_list?: boolean
          }
          export namespace CertificateValidationContext {
            export interface SystemRootCerts {
            }
          }
          export type CommonTlsContext = {
            readonly tls_params?: envoy.extensions.transport_sockets.tls.v3.TlsParameters
            readonly tls_certificates?: readonly (envoy.extensions.transport_sockets.tls.v3.TlsCertificate)[]
            readonly tls_certificate_sds_secret_configs?: readonly (envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig)[]
            readonly tls_certificate_provider_instance?: envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance
            readonly custom_tls_certificate_selector?: envoy.config.core.v3.TypedExtensionConfig
            readonly alpn_protocols?: readonly (string)[]
            readonly custom_handshaker?: envoy.config.core.v3.TypedExtensionConfig
            readonly key_log?: envoy.extensions.transport_sockets.tls.v3.TlsKeyLog
          } & OneOf<{ validation_context: envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext; validation_context_sds_secret_config: envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig; combined_validation_context: envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext }>
          export namespace CommonTlsContext {
            export interface CombinedCertificateValidationContext {
              readonly default_validation_context?: envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext
              readonly validation_context_sds_secret_config?: envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig
            }
          }
          export type DownstreamTlsContext = {
            readonly common_tls_context?: envoy.extensions.transport_sockets.tls.v3.CommonTlsContext
            readonly require_client_certificate?: google.protobuf.BoolValue
            readonly require_sni?: google.protobuf.BoolValue
            readonly disable_stateful_session_resumption?: boolean
            readonly session_timeout?: google.protobuf.Duration
            readonly ocsp_staple_policy?: Enums['envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext.OcspStaplePolicy'][keyof Enums['envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext.OcspStaplePolicy']]
            readonly full_scan_certs_on_sni_mismatch?: google.protobuf.BoolValue
            readonly prefer_client_ciphers?: boolean
          } & OneOf<{ session_ticket_keys: envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys; session_ticket_keys_sds_secret_config: envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig; disable_stateless_session_resumption: boolean }>
          export interface GenericSecret {
            readonly secret?: envoy.config.core.v3.DataSource
            readonly secrets?: { readonly [key: string]: envoy.config.core.v3.DataSource }
          }
          export interface PrivateKeyProvider {
            readonly provider_name?: string
            readonly typed_config?: google.protobuf.Any
            readonly fallback?: boolean
          }
          export interface SdsSecretConfig {
            readonly name?: string
            readonly sds_config?: envoy.config.core.v3.ConfigSource
          }
          export type Secret = {
            readonly name?: string
          } & OneOf<{ tls_certificate: envoy.extensions.transport_sockets.tls.v3.TlsCertificate; session_ticket_keys: envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys; validation_context: envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext; generic_secret: envoy.extensions.transport_sockets.tls.v3.GenericSecret }>
          export interface SubjectAltNameMatcher {
            readonly san_type?: Enums['envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType'][keyof Enums['envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType']]
            readonly matcher?: envoy.type.matcher.v3.StringMatcher
            readonly oid?: string
          }
          export interface TlsCertificate {
            readonly certificate_chain?: envoy.config.core.v3.DataSource
            readonly private_key?: envoy.config.core.v3.DataSource
            readonly pkcs12?: envoy.config.core.v3.DataSource
            readonly watched_directory?: envoy.config.core.v3.WatchedDirectory
            readonly private_key_provider?: envoy.extensions.transport_sockets.tls.v3.PrivateKeyProvider
            readonly password?: envoy.config.core.v3.DataSource
            readonly ocsp_staple?: envoy.config.core.v3.DataSource
            readonly signed_certificate_timestamp?: readonly (envoy.config.core.v3.DataSource)[]
            readonly tls_params?: envoy.extensions.transport_sockets.tls.v3.TlsParameters
          }
          export interface TlsKeyLog {
            readonly path?: string
            readonly local_address_range?: readonly (envoy.config.core.v3.CidrRange)[]
            readonly remote_address_range?: readonly (envoy.config.core.v3.CidrRange)[]
          }
          export interface TlsParameters {
            readonly tls_minimum_protocol_version?: Enums['envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol'][keyof Enums['envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol']]
            readonly tls_maximum_protocol_version?: Enums['envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol'][keyof Enums['envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol']]
            readonly cipher_suites?: readonly (string)[]
            readonly ecdh_curves?: readonly (string)[]
            readonly signature_algorithms?: readonly (string)[]
            readonly compliance_policies?: readonly (Enums['envoy.extensions.transport_sockets.tls.v3.TlsParameters.CompliancePolicy'][keyof Enums['envoy.extensions.transport_sockets.tls.v3.TlsParameters.CompliancePolicy']])[]
          }
          export interface TlsSessionTicketKeys {
            readonly keys?: readonly (envoy.config.core.v3.DataSource)[]
          }
          export interface UpstreamTlsContext {
            readonly common_tls_context?: envoy.extensions.transport_sockets.tls.v3.CommonTlsContext
            readonly sni?: string
            readonly auto_host_sni?: boolean
            readonly auto_sni_san_validation?: boolean
            readonly allow_renegotiation?: boolean
            readonly max_session_keys?: google.protobuf.UInt32Value
          }
        }
      }
    }
    export namespace upstreams {
      export namespace http {
        export namespace v3 {
          export type HttpProtocolOptions = {
            readonly common_http_protocol_options?: envoy.config.core.v3.HttpProtocolOptions
            readonly upstream_http_protocol_options?: envoy.config.core.v3.UpstreamHttpProtocolOptions
            readonly http_filters?: readonly (envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter)[]
            readonly header_validation_config?: envoy.config.core.v3.TypedExtensionConfig
            readonly outlier_detection?: envoy.extensions.upstreams.http.v3.HttpProtocolOptions.OutlierDetection
            readonly request_mirror_policies?: readonly (envoy.config.route.v3.RouteAction.RequestMirrorPolicy)[]
            readonly hash_policy?: readonly (envoy.config.route.v3.RouteAction.HashPolicy)[]
            readonly retry_policy?: envoy.config.route.v3.RetryPolicy
          } & OneOf<{ explicit_http_config: envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig; use_downstream_protocol_config: envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig; auto_config: envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig }>
          export namespace HttpProtocolOptions {
            export interface AutoHttpConfig {
              readonly http_protocol_options?: envoy.config.core.v3.Http1ProtocolOptions
              readonly http2_protocol_options?: envoy.config.core.v3.Http2ProtocolOptions
              readonly http3_protocol_options?: envoy.config.core.v3.Http3ProtocolOptions
              readonly alternate_protocols_cache_options?: envoy.config.core.v3.AlternateProtocolsCacheOptions
            }
            export type ExplicitHttpConfig = {
            } & OneOf<{ http_protocol_options: envoy.config.core.v3.Http1ProtocolOptions; http2_protocol_options: envoy.config.core.v3.Http2ProtocolOptions; http3_protocol_options: envoy.config.core.v3.Http3ProtocolOptions }>
            export interface OutlierDetection {
              readonly error_matcher?: envoy.config.common.matcher.v3.MatchPredicate
            }
            export interface UseDownstreamHttpConfig {
              readonly http_protocol_options?: envoy.config.core.v3.Http1ProtocolOptions
              readonly http2_protocol_options?: envoy.config.core.v3.Http2ProtocolOptions
              readonly http3_protocol_options?: envoy.config.core.v3.Http3ProtocolOptions
            }
          }
        }
      }
    }
  }
  export namespace service {
    export namespace accesslog {
      export namespace v3 {
        export type StreamAccessLogsMessage = {
          readonly identifier?: envoy.service.accesslog.v3.StreamAccessLogsMessage.Identifier
        } & OneOf<{ http_logs: envoy.service.accesslog.v3.StreamAccessLogsMessage.HTTPAccessLogEntries; tcp_logs: envoy.service.accesslog.v3.StreamAccessLogsMessage.TCPAccessLogEntries }>
        export namespace StreamAccessLogsMessage {
          export interface HTTPAccessLogEntries {
            readonly log_entry?: readonly (envoy.data.accesslog.v3.HTTPAccessLogEntry)[]
          }
          export interface Identifier {
            readonly node?: envoy.config.core.v3.Node
            readonly log_name?: string
          }
          export interface TCPAccessLogEntries {
            readonly log_entry?: readonly (envoy.data.accesslog.v3.TCPAccessLogEntry)[]
          }
        }
        export interface StreamAccessLogsResponse {
        }
      }
    }
    export namespace auth {
      export namespace v3 {
        export interface AttributeContext {
          readonly source?: envoy.service.auth.v3.AttributeContext.Peer
          readonly destination?: envoy.service.auth.v3.AttributeContext.Peer
          readonly request?: envoy.service.auth.v3.AttributeContext.Request
          readonly context_extensions?: { readonly [key: string]: string }
          readonly metadata_context?: envoy.config.core.v3.Metadata
          readonly route_metadata_context?: envoy.config.core.v3.Metadata
          readonly tls_session?: envoy.service.auth.v3.AttributeContext.TLSSession
        }
        export namespace AttributeContext {
          export interface HttpRequest {
            readonly id?: string
            readonly method?: string
            readonly headers?: { readonly [key: string]: string }
            readonly header_map?: envoy.config.core.v3.HeaderMap
            readonly path?: string
            readonly host?: string
            readonly scheme?: string
            readonly query?: string
            readonly fragment?: string
            readonly size?: number
            readonly protocol?: string
            readonly body?: string
            readonly raw_body?: Uint8Array
          }
          export interface Peer {
            readonly address?: envoy.config.core.v3.Address
            readonly service?: string
            readonly labels?: { readonly [key: string]: string }
            readonly principal?: string
            readonly certificate?: string
          }
          export interface Request {
            readonly time?: google.protobuf.Timestamp
            readonly http?: envoy.service.auth.v3.AttributeContext.HttpRequest
          }
          export interface TLSSession {
            readonly sni?: string
          }
        }
        export interface CheckRequest {
          readonly attributes?: envoy.service.auth.v3.AttributeContext
        }
        export type CheckResponse = {
          readonly status?: google.rpc.Status
          readonly dynamic_metadata?: google.protobuf.Struct
        } & OneOf<{ denied_response: envoy.service.auth.v3.DeniedHttpResponse; ok_response: envoy.service.auth.v3.OkHttpResponse; error_response: envoy.service.auth.v3.DeniedHttpResponse }>
        export interface DeniedHttpResponse {
          readonly status?: envoy.type.v3.HttpStatus
          readonly headers?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly body?: string
        }
        export interface OkHttpResponse {
          readonly headers?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly headers_to_remove?: readonly (string)[]
          readonly response_headers_to_add?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly query_parameters_to_set?: readonly (envoy.config.core.v3.QueryParameter)[]
          readonly query_parameters_to_remove?: readonly (string)[]
        }
      }
    }
    export namespace discovery {
      export namespace v3 {
        export interface DeltaDiscoveryRequest {
          readonly node?: envoy.config.core.v3.Node
          readonly type_url?: string
          readonly resource_names_subscribe?: readonly (string)[]
          readonly resource_names_unsubscribe?: readonly (string)[]
          readonly resource_locators_subscribe?: readonly (envoy.service.discovery.v3.ResourceLocator)[]
          readonly resource_locators_unsubscribe?: readonly (envoy.service.discovery.v3.ResourceLocator)[]
          readonly initial_resource_versions?: { readonly [key: string]: string }
          readonly response_nonce?: string
          readonly error_detail?: google.rpc.Status
        }
        export interface DeltaDiscoveryResponse {
          readonly system_version_info?: string
          readonly resources?: readonly (envoy.service.discovery.v3.Resource)[]
          readonly type_url?: string
          readonly removed_resources?: readonly (string)[]
          readonly removed_resource_names?: readonly (envoy.service.discovery.v3.ResourceName)[]
          readonly nonce?: string
          readonly control_plane?: envoy.config.core.v3.ControlPlane
          readonly resource_errors?: readonly (envoy.service.discovery.v3.ResourceError)[]
        }
        export interface DiscoveryRequest {
          readonly version_info?: string
          readonly node?: envoy.config.core.v3.Node
          readonly resource_names?: readonly (string)[]
          readonly resource_locators?: readonly (envoy.service.discovery.v3.ResourceLocator)[]
          readonly type_url?: string
          readonly response_nonce?: string
          readonly error_detail?: google.rpc.Status
        }
        export interface DiscoveryResponse {
          readonly version_info?: string
          readonly resources?: readonly (google.protobuf.Any)[]
          readonly canary?: boolean
          readonly type_url?: string
          readonly nonce?: string
          readonly control_plane?: envoy.config.core.v3.ControlPlane
          readonly resource_errors?: readonly (envoy.service.discovery.v3.ResourceError)[]
        }
        export type DynamicParameterConstraints = {
        } & OneOf<{ constraint: envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint; or_constraints: envoy.service.discovery.v3.DynamicParameterConstraints.ConstraintList; and_constraints: envoy.service.discovery.v3.DynamicParameterConstraints.ConstraintList; not_constraints: envoy.service.discovery.v3.DynamicParameterConstraints }>
        export namespace DynamicParameterConstraints {
          export interface ConstraintList {
            readonly constraints?: readonly (envoy.service.discovery.v3.DynamicParameterConstraints)[]
          }
          export type SingleConstraint = {
            readonly key?: string
          } & OneOf<{ value: string; exists: envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint.Exists }>
          export namespace SingleConstraint {
            export interface Exists {
            }
          }
        }
        export interface Resource {
          readonly name?: string
          readonly resource_name?: envoy.service.discovery.v3.ResourceName
          readonly aliases?: readonly (string)[]
          readonly version?: string
          readonly resource?: google.protobuf.Any
          readonly ttl?: google.protobuf.Duration
          readonly cache_control?: envoy.service.discovery.v3.Resource.CacheControl
          readonly metadata?: envoy.config.core.v3.Metadata
        }
        export namespace Resource {
          export interface CacheControl {
            readonly do_not_cache?: boolean
          }
        }
        export interface ResourceError {
          readonly resource_name?: envoy.service.discovery.v3.ResourceName
          readonly error_detail?: google.rpc.Status
        }
        export interface ResourceLocator {
          readonly name?: string
          readonly dynamic_parameters?: { readonly [key: string]: string }
        }
        export interface ResourceName {
          readonly name?: string
          readonly dynamic_parameter_constraints?: envoy.service.discovery.v3.DynamicParameterConstraints
        }
      }
    }
    export namespace ext_proc {
      export namespace v3 {
        export type BodyMutation = {
        } & OneOf<{ body: Uint8Array; clear_body: boolean; streamed_response: envoy.service.ext_proc.v3.StreamedBodyResponse }>
        export interface BodyResponse {
          readonly response?: envoy.service.ext_proc.v3.CommonResponse
        }
        export interface CommonResponse {
          readonly status?: Enums['envoy.service.ext_proc.v3.CommonResponse.ResponseStatus'][keyof Enums['envoy.service.ext_proc.v3.CommonResponse.ResponseStatus']]
          readonly header_mutation?: envoy.service.ext_proc.v3.HeaderMutation
          readonly body_mutation?: envoy.service.ext_proc.v3.BodyMutation
          readonly trailers?: envoy.config.core.v3.HeaderMap
          readonly clear_route_cache?: boolean
        }
        export interface GrpcStatus {
          readonly status?: number
        }
        export interface HeaderMutation {
          readonly set_headers?: readonly (envoy.config.core.v3.HeaderValueOption)[]
          readonly remove_headers?: readonly (string)[]
        }
        export interface HeadersResponse {
          readonly response?: envoy.service.ext_proc.v3.CommonResponse
        }
        export interface HttpBody {
          readonly body?: Uint8Array
          readonly end_of_stream?: boolean
          readonly end_of_stream_without_message?: boolean
          readonly grpc_message_compressed?: boolean
          readonly drain_complete?: boolean
        }
        export interface HttpHeaders {
          readonly headers?: envoy.config.core.v3.HeaderMap
          readonly end_of_stream?: boolean
        }
        export interface HttpTrailers {
          readonly trailers?: envoy.config.core.v3.HeaderMap
        }
        export interface ImmediateResponse {
          readonly status?: envoy.type.v3.HttpStatus
          readonly headers?: envoy.service.ext_proc.v3.HeaderMutation
          readonly body?: Uint8Array
          readonly grpc_status?: envoy.service.ext_proc.v3.GrpcStatus
          readonly details?: string
        }
        export type ProcessingRequest = {
          readonly metadata_context?: envoy.config.core.v3.Metadata
          readonly attributes?: { readonly [key: string]: google.protobuf.Struct }
          readonly observability_mode?: boolean
          readonly protocol_config?: envoy.service.ext_proc.v3.ProtocolConfiguration
          readonly flow_control_init?: envoy.service.ext_proc.v3.ProcessingRequest.FlowControlInit
          readonly client_window_update?: envoy.service.ext_proc.v3.ProcessingRequest.ClientWindowUpdate
        } & OneOf<{ request_headers: envoy.service.ext_proc.v3.HttpHeaders; response_headers: envoy.service.ext_proc.v3.HttpHeaders; request_body: envoy.service.ext_proc.v3.HttpBody; response_body: envoy.service.ext_proc.v3.HttpBody; request_trailers: envoy.service.ext_proc.v3.HttpTrailers; response_trailers: envoy.service.ext_proc.v3.HttpTrailers }>
        export namespace ProcessingRequest {
          export interface ClientWindowUpdate {
            readonly window_increment_sidestream_to_upstream?: number
            readonly window_increment_sidestream_to_downstream?: number
          }
          export interface FlowControlInit {
            readonly initial_window_downstream_to_sidestream?: number
            readonly initial_window_sidestream_to_upstream?: number
            readonly initial_window_upstream_to_sidestream?: number
            readonly initial_window_sidestream_to_downstream?: number
          }
        }
        export type ProcessingResponse = {
          readonly dynamic_metadata?: google.protobuf.Struct
          readonly typed_dynamic_metadata?: { readonly [key: string]: google.protobuf.Any }
          readonly mode_override?: envoy.extensions.filters.http.ext_proc.v3.ProcessingMode
          readonly request_drain_requests?: boolean
          readonly request_drain_responses?: boolean
          readonly override_message_timeout?: google.protobuf.Duration
          readonly server_window_update?: envoy.service.ext_proc.v3.ProcessingResponse.ServerWindowUpdate
        } & OneOf<{ request_headers: envoy.service.ext_proc.v3.HeadersResponse; response_headers: envoy.service.ext_proc.v3.HeadersResponse; request_body: envoy.service.ext_proc.v3.BodyResponse; response_body: envoy.service.ext_proc.v3.BodyResponse; request_trailers: envoy.service.ext_proc.v3.TrailersResponse; response_trailers: envoy.service.ext_proc.v3.TrailersResponse; immediate_response: envoy.service.ext_proc.v3.ImmediateResponse; streamed_immediate_response: envoy.service.ext_proc.v3.StreamedImmediateResponse }>
        export namespace ProcessingResponse {
          export interface ServerWindowUpdate {
            readonly window_increment_downstream_to_sidestream?: number
            readonly window_increment_upstream_to_sidestream?: number
          }
        }
        export interface ProtocolConfiguration {
          readonly request_body_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode']]
          readonly response_body_mode?: Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode'][keyof Enums['envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode']]
          readonly send_body_without_waiting_for_header_response?: boolean
        }
        export interface StreamedBodyResponse {
          readonly body?: Uint8Array
          readonly end_of_stream?: boolean
          readonly end_of_stream_without_message?: boolean
          readonly grpc_message_compressed?: boolean
          readonly drain_complete?: boolean
        }
        export type StreamedImmediateResponse = {
        } & OneOf<{ headers_response: envoy.service.ext_proc.v3.HttpHeaders; body_response: envoy.service.ext_proc.v3.StreamedBodyResponse; trailers_response: envoy.config.core.v3.HeaderMap }>
        export interface TrailersResponse {
          readonly header_mutation?: envoy.service.ext_proc.v3.HeaderMutation
        }
      }
    }
  }
  export namespace type {
    export namespace http {
      export namespace v3 {
        export interface PathTransformation {
          readonly operations?: readonly (envoy.type.http.v3.PathTransformation.Operation)[]
        }
        export namespace PathTransformation {
          export type Operation = {
          } & OneOf<{ normalize_path_rfc_3986: envoy.type.http.v3.PathTransformation.Operation.NormalizePathRFC3986; merge_slashes: envoy.type.http.v3.PathTransformation.Operation.MergeSlashes }>
          export namespace Operation {
            export interface MergeSlashes {
            }
            export interface NormalizePathRFC3986 {
            }
          }
        }
      }
    }
    export namespace matcher {
      export namespace v3 {
        export interface AddressMatcher {
          readonly ranges?: readonly (xds.core.v3.CidrRange)[]
          readonly invert_match?: boolean
        }
        export type DoubleMatcher = {
        } & OneOf<{ range: envoy.type.v3.DoubleRange; exact: number }>
        export type FilterStateMatcher = {
          readonly key?: string
        } & OneOf<{ string_match: envoy.type.matcher.v3.StringMatcher; address_match: envoy.type.matcher.v3.AddressMatcher }>
        export interface ListMatcher {
          readonly one_of?: envoy.type.matcher.v3.ValueMatcher
        }
        export interface ListStringMatcher {
          readonly patterns?: readonly (envoy.type.matcher.v3.StringMatcher)[]
        }
        export interface MetadataMatcher {
          readonly filter?: string
          readonly path?: readonly (envoy.type.matcher.v3.MetadataMatcher.PathSegment)[]
          readonly value?: envoy.type.matcher.v3.ValueMatcher
          readonly invert?: boolean
        }
        export namespace MetadataMatcher {
          export interface PathSegment {
            readonly key?: string
          }
        }
        export interface OrMatcher {
          readonly value_matchers?: readonly (envoy.type.matcher.v3.ValueMatcher)[]
        }
        export interface RegexMatchAndSubstitute {
          readonly pattern?: envoy.type.matcher.v3.RegexMatcher
          readonly substitution?: string
        }
        export interface RegexMatcher {
          readonly regex?: string
        }
        export type StringMatcher = {
          readonly ignore_case?: boolean
        } & OneOf<{ exact: string; prefix: string; suffix: string; safe_regex: envoy.type.matcher.v3.RegexMatcher; contains: string; custom: xds.core.v3.TypedExtensionConfig }>
        export type ValueMatcher = {
        } & OneOf<{ null_match: envoy.type.matcher.v3.ValueMatcher.NullMatch; double_match: envoy.type.matcher.v3.DoubleMatcher; string_match: envoy.type.matcher.v3.StringMatcher; bool_match: boolean; present_match: boolean; list_match: envoy.type.matcher.v3.ListMatcher; or_match: envoy.type.matcher.v3.OrMatcher }>
        export namespace ValueMatcher {
          export interface NullMatch {
          }
        }
      }
    }
    export namespace metadata {
      export namespace v3 {
        export interface MetadataKey {
          readonly key?: string
          readonly path?: readonly (envoy.type.metadata.v3.MetadataKey.PathSegment)[]
        }
        export namespace MetadataKey {
          export type PathSegment = {
          } & OneOf<{ key: string; index: number }>
        }
        export type MetadataKind = {
        } & OneOf<{ request: envoy.type.metadata.v3.MetadataKind.Request; route: envoy.type.metadata.v3.MetadataKind.Route; cluster: envoy.type.metadata.v3.MetadataKind.Cluster; host: envoy.type.metadata.v3.MetadataKind.Host }>
        export namespace MetadataKind {
          export interface Cluster {
          }
          export interface Host {
          }
          export interface Request {
          }
          export interface Route {
          }
        }
      }
    }
    export namespace tracing {
      export namespace v3 {
        export type CustomTag = {
          readonly tag?: string
          readonly value_type?: Enums['envoy.type.tracing.v3.CustomTag.ValueType'][keyof Enums['envoy.type.tracing.v3.CustomTag.ValueType']]
        } & OneOf<{ literal: envoy.type.tracing.v3.CustomTag.Literal; environment: envoy.type.tracing.v3.CustomTag.Environment; request_header: envoy.type.tracing.v3.CustomTag.Header; metadata: envoy.type.tracing.v3.CustomTag.Metadata; value: string }>
        export namespace CustomTag {
          export interface Environment {
            readonly name?: string
            readonly default_value?: string
          }
          export interface Header {
            readonly name?: string
            readonly default_value?: string
          }
          export interface Literal {
            readonly value?: string
          }
          export interface Metadata {
            readonly kind?: envoy.type.metadata.v3.MetadataKind
            readonly metadata_key?: envoy.type.metadata.v3.MetadataKey
            readonly default_value?: string
          }
        }
      }
    }
    export namespace v3 {
      export interface DoubleRange {
        readonly start?: number
        readonly end?: number
      }
      export interface FractionalPercent {
        readonly numerator?: number
        readonly denominator?: Enums['envoy.type.v3.FractionalPercent.DenominatorType'][keyof Enums['envoy.type.v3.FractionalPercent.DenominatorType']]
      }
      export interface HttpStatus {
        readonly code?: Enums['envoy.type.v3.StatusCode'][keyof Enums['envoy.type.v3.StatusCode']]
      }
      export interface Int32Range {
        readonly start?: number
        readonly end?: number
      }
      export interface Int64Range {
        readonly start?: number
        readonly end?: number
      }
      export interface Percent {
        readonly value?: number
      }
      export interface SemanticVersion {
        readonly major_number?: number
        readonly minor_number?: number
        readonly patch?: number
      }
    }
  }
}
export namespace google {
  export namespace protobuf {
    export interface Any {
      readonly type_url?: string
      readonly value?: Uint8Array
    }
    export interface BoolValue {
      readonly value?: boolean
    }
    export interface DoubleValue {
      readonly value?: number
    }
    export interface Duration {
      readonly seconds?: number
      readonly nanos?: number
    }
    export interface Empty {
    }
    export interface ListValue {
      readonly values?: readonly (google.protobuf.Value)[]
    }
    export interface Struct {
      readonly fields?: { readonly [key: string]: google.protobuf.Value }
    }
    export interface Timestamp {
      readonly seconds?: number
      readonly nanos?: number
    }
    export interface UInt32Value {
      readonly value?: number
    }
    export interface UInt64Value {
      readonly value?: number
    }
    export type Value = {
    } & OneOf<{ null_value: Enums['google.protobuf.NullValue'][keyof Enums['google.protobuf.NullValue']]; number_value: number; string_value: string; bool_value: boolean; struct_value: google.protobuf.Struct; list_value: google.protobuf.ListValue }>
  }
  export namespace rpc {
    export interface Status {
      readonly code?: number
      readonly message?: string
      readonly details?: readonly (google.protobuf.Any)[]
    }
  }
}
export namespace xds {
  export namespace core {
    export namespace v3 {
      export interface Authority {
        readonly name?: string
      }
      export interface CidrRange {
        readonly address_prefix?: string
        readonly prefix_len?: google.protobuf.UInt32Value
      }
      export interface ContextParams {
        readonly params?: { readonly [key: string]: string }
      }
      export interface TypedExtensionConfig {
        readonly name?: string
        readonly typed_config?: google.protobuf.Any
      }
    }
  }
  export namespace type {
    export namespace matcher {
      export namespace v3 {
        export type Matcher = {
          readonly on_no_match?: xds.type.matcher.v3.Matcher.OnMatch
        } & OneOf<{ matcher_list: xds.type.matcher.v3.Matcher.MatcherList; matcher_tree: xds.type.matcher.v3.Matcher.MatcherTree }>
        export namespace Matcher {
          export interface MatcherList {
            readonly matchers?: readonly (xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher)[]
          }
          export namespace MatcherList {
            export interface FieldMatcher {
              readonly predicate?: xds.type.matcher.v3.Matcher.MatcherList.Predicate
              readonly on_match?: xds.type.matcher.v3.Matcher.OnMatch
            }
            export type Predicate = {
            } & OneOf<{ single_predicate: xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate; or_matcher: xds.type.matcher.v3.Matcher.MatcherList.Predicate.PredicateList; and_matcher: xds.type.matcher.v3.Matcher.MatcherList.Predicate.PredicateList; not_matcher: xds.type.matcher.v3.Matcher.MatcherList.Predicate }>
            export namespace Predicate {
              export interface PredicateList {
                readonly predicate?: readonly (xds.type.matcher.v3.Matcher.MatcherList.Predicate)[]
              }
              export type SinglePredicate = {
                readonly input?: xds.core.v3.TypedExtensionConfig
              } & OneOf<{ value_match: xds.type.matcher.v3.StringMatcher; custom_match: xds.core.v3.TypedExtensionConfig }>
            }
          }
          export type MatcherTree = {
            readonly input?: xds.core.v3.TypedExtensionConfig
          } & OneOf<{ exact_match_map: xds.type.matcher.v3.Matcher.MatcherTree.MatchMap; prefix_match_map: xds.type.matcher.v3.Matcher.MatcherTree.MatchMap; custom_match: xds.core.v3.TypedExtensionConfig }>
          export namespace MatcherTree {
            export interface MatchMap {
              readonly map?: { readonly [key: string]: xds.type.matcher.v3.Matcher.OnMatch }
            }
          }
          export type OnMatch = {
            readonly keep_matching?: boolean
          } & OneOf<{ matcher: xds.type.matcher.v3.Matcher; action: xds.core.v3.TypedExtensionConfig }>
        }
        export interface RegexMatcher {
          readonly google_re2?: xds.type.matcher.v3.RegexMatcher.GoogleRE2
          readonly regex?: string
        }
        export namespace RegexMatcher {
          export interface GoogleRE2 {
          }
        }
        export type StringMatcher = {
          readonly ignore_case?: boolean
        } & OneOf<{ exact: string; prefix: string; suffix: string; safe_regex: xds.type.matcher.v3.RegexMatcher; contains: string; custom: xds.core.v3.TypedExtensionConfig }>
      }
    }
  }
}

export interface Messages {
  'envoy.config.accesslog.v3.AccessLog': envoy.config.accesslog.v3.AccessLog
  'envoy.config.accesslog.v3.AccessLogFilter': envoy.config.accesslog.v3.AccessLogFilter
  'envoy.config.accesslog.v3.AndFilter': envoy.config.accesslog.v3.AndFilter
  'envoy.config.accesslog.v3.ComparisonFilter': envoy.config.accesslog.v3.ComparisonFilter
  'envoy.config.accesslog.v3.DurationFilter': envoy.config.accesslog.v3.DurationFilter
  'envoy.config.accesslog.v3.ExtensionFilter': envoy.config.accesslog.v3.ExtensionFilter
  'envoy.config.accesslog.v3.GrpcStatusFilter': envoy.config.accesslog.v3.GrpcStatusFilter
  'envoy.config.accesslog.v3.HeaderFilter': envoy.config.accesslog.v3.HeaderFilter
  'envoy.config.accesslog.v3.LogTypeFilter': envoy.config.accesslog.v3.LogTypeFilter
  'envoy.config.accesslog.v3.MetadataFilter': envoy.config.accesslog.v3.MetadataFilter
  'envoy.config.accesslog.v3.NotHealthCheckFilter': envoy.config.accesslog.v3.NotHealthCheckFilter
  'envoy.config.accesslog.v3.OrFilter': envoy.config.accesslog.v3.OrFilter
  'envoy.config.accesslog.v3.ResponseFlagFilter': envoy.config.accesslog.v3.ResponseFlagFilter
  'envoy.config.accesslog.v3.RuntimeFilter': envoy.config.accesslog.v3.RuntimeFilter
  'envoy.config.accesslog.v3.StatusCodeFilter': envoy.config.accesslog.v3.StatusCodeFilter
  'envoy.config.accesslog.v3.TraceableFilter': envoy.config.accesslog.v3.TraceableFilter
  'envoy.config.cluster.v3.CircuitBreakers': envoy.config.cluster.v3.CircuitBreakers
  'envoy.config.cluster.v3.CircuitBreakers.Thresholds': envoy.config.cluster.v3.CircuitBreakers.Thresholds
  'envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget': envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget
  'envoy.config.cluster.v3.Cluster': envoy.config.cluster.v3.Cluster
  'envoy.config.cluster.v3.Cluster.CommonLbConfig': envoy.config.cluster.v3.Cluster.CommonLbConfig
  'envoy.config.cluster.v3.Cluster.CommonLbConfig.ConsistentHashingLbConfig': envoy.config.cluster.v3.Cluster.CommonLbConfig.ConsistentHashingLbConfig
  'envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig': envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig
  'envoy.config.cluster.v3.Cluster.CommonLbConfig.ZoneAwareLbConfig': envoy.config.cluster.v3.Cluster.CommonLbConfig.ZoneAwareLbConfig
  'envoy.config.cluster.v3.Cluster.CustomClusterType': envoy.config.cluster.v3.Cluster.CustomClusterType
  'envoy.config.cluster.v3.Cluster.EdsClusterConfig': envoy.config.cluster.v3.Cluster.EdsClusterConfig
  'envoy.config.cluster.v3.Cluster.LbSubsetConfig': envoy.config.cluster.v3.Cluster.LbSubsetConfig
  'envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector': envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector
  'envoy.config.cluster.v3.Cluster.LeastRequestLbConfig': envoy.config.cluster.v3.Cluster.LeastRequestLbConfig
  'envoy.config.cluster.v3.Cluster.MaglevLbConfig': envoy.config.cluster.v3.Cluster.MaglevLbConfig
  'envoy.config.cluster.v3.Cluster.OriginalDstLbConfig': envoy.config.cluster.v3.Cluster.OriginalDstLbConfig
  'envoy.config.cluster.v3.Cluster.PreconnectPolicy': envoy.config.cluster.v3.Cluster.PreconnectPolicy
  'envoy.config.cluster.v3.Cluster.QueuingPolicies': envoy.config.cluster.v3.Cluster.QueuingPolicies
  'envoy.config.cluster.v3.Cluster.RingHashLbConfig': envoy.config.cluster.v3.Cluster.RingHashLbConfig
  'envoy.config.cluster.v3.Cluster.RoundRobinLbConfig': envoy.config.cluster.v3.Cluster.RoundRobinLbConfig
  'envoy.config.cluster.v3.Cluster.SlowStartConfig': envoy.config.cluster.v3.Cluster.SlowStartConfig
  'envoy.config.cluster.v3.Cluster.TransportSocketMatch': envoy.config.cluster.v3.Cluster.TransportSocketMatch
  'envoy.config.cluster.v3.Filter': envoy.config.cluster.v3.Filter
  'envoy.config.cluster.v3.LoadBalancingPolicy': envoy.config.cluster.v3.LoadBalancingPolicy
  'envoy.config.cluster.v3.LoadBalancingPolicy.Policy': envoy.config.cluster.v3.LoadBalancingPolicy.Policy
  'envoy.config.cluster.v3.OutlierDetection': envoy.config.cluster.v3.OutlierDetection
  'envoy.config.cluster.v3.TrackClusterStats': envoy.config.cluster.v3.TrackClusterStats
  'envoy.config.cluster.v3.UpstreamConnectionOptions': envoy.config.cluster.v3.UpstreamConnectionOptions
  'envoy.config.cluster.v3.UpstreamConnectionOptions.HappyEyeballsConfig': envoy.config.cluster.v3.UpstreamConnectionOptions.HappyEyeballsConfig
  'envoy.config.common.matcher.v3.HttpGenericBodyMatch': envoy.config.common.matcher.v3.HttpGenericBodyMatch
  'envoy.config.common.matcher.v3.HttpGenericBodyMatch.GenericTextMatch': envoy.config.common.matcher.v3.HttpGenericBodyMatch.GenericTextMatch
  'envoy.config.common.matcher.v3.HttpHeadersMatch': envoy.config.common.matcher.v3.HttpHeadersMatch
  'envoy.config.common.matcher.v3.MatchPredicate': envoy.config.common.matcher.v3.MatchPredicate
  'envoy.config.common.matcher.v3.MatchPredicate.MatchSet': envoy.config.common.matcher.v3.MatchPredicate.MatchSet
  'envoy.config.common.mutation_rules.v3.HeaderMutation': envoy.config.common.mutation_rules.v3.HeaderMutation
  'envoy.config.common.mutation_rules.v3.HeaderMutation.RemoveOnMatch': envoy.config.common.mutation_rules.v3.HeaderMutation.RemoveOnMatch
  'envoy.config.common.mutation_rules.v3.HeaderMutationRules': envoy.config.common.mutation_rules.v3.HeaderMutationRules
  'envoy.config.core.v3.Address': envoy.config.core.v3.Address
  'envoy.config.core.v3.AggregatedConfigSource': envoy.config.core.v3.AggregatedConfigSource
  'envoy.config.core.v3.AlternateProtocolsCacheOptions': envoy.config.core.v3.AlternateProtocolsCacheOptions
  'envoy.config.core.v3.AlternateProtocolsCacheOptions.AlternateProtocolsCacheEntry': envoy.config.core.v3.AlternateProtocolsCacheOptions.AlternateProtocolsCacheEntry
  'envoy.config.core.v3.ApiConfigSource': envoy.config.core.v3.ApiConfigSource
  'envoy.config.core.v3.BackoffStrategy': envoy.config.core.v3.BackoffStrategy
  'envoy.config.core.v3.BindConfig': envoy.config.core.v3.BindConfig
  'envoy.config.core.v3.BuildVersion': envoy.config.core.v3.BuildVersion
  'envoy.config.core.v3.CidrRange': envoy.config.core.v3.CidrRange
  'envoy.config.core.v3.ConfigSource': envoy.config.core.v3.ConfigSource
  'envoy.config.core.v3.ControlPlane': envoy.config.core.v3.ControlPlane
  'envoy.config.core.v3.DataSource': envoy.config.core.v3.DataSource
  'envoy.config.core.v3.EnvoyInternalAddress': envoy.config.core.v3.EnvoyInternalAddress
  'envoy.config.core.v3.EventServiceConfig': envoy.config.core.v3.EventServiceConfig
  'envoy.config.core.v3.Extension': envoy.config.core.v3.Extension
  'envoy.config.core.v3.ExtensionConfigSource': envoy.config.core.v3.ExtensionConfigSource
  'envoy.config.core.v3.ExtraSourceAddress': envoy.config.core.v3.ExtraSourceAddress
  'envoy.config.core.v3.GrpcService': envoy.config.core.v3.GrpcService
  'envoy.config.core.v3.GrpcService.EnvoyGrpc': envoy.config.core.v3.GrpcService.EnvoyGrpc
  'envoy.config.core.v3.GrpcService.GoogleGrpc': envoy.config.core.v3.GrpcService.GoogleGrpc
  'envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials': envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials
  'envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials': envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials
  'envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.MetadataCredentialsFromPlugin': envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.MetadataCredentialsFromPlugin
  'envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials': envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials
  'envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.StsService': envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.StsService
  'envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs': envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs
  'envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs.Value': envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs.Value
  'envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelCredentials': envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelCredentials
  'envoy.config.core.v3.GrpcService.GoogleGrpc.GoogleLocalCredentials': envoy.config.core.v3.GrpcService.GoogleGrpc.GoogleLocalCredentials
  'envoy.config.core.v3.GrpcService.GoogleGrpc.SslCredentials': envoy.config.core.v3.GrpcService.GoogleGrpc.SslCredentials
  'envoy.config.core.v3.HeaderMap': envoy.config.core.v3.HeaderMap
  'envoy.config.core.v3.HeaderValue': envoy.config.core.v3.HeaderValue
  'envoy.config.core.v3.HeaderValueOption': envoy.config.core.v3.HeaderValueOption
  'envoy.config.core.v3.HealthCheck': envoy.config.core.v3.HealthCheck
  'envoy.config.core.v3.HealthCheck.CustomHealthCheck': envoy.config.core.v3.HealthCheck.CustomHealthCheck
  'envoy.config.core.v3.HealthCheck.GrpcHealthCheck': envoy.config.core.v3.HealthCheck.GrpcHealthCheck
  'envoy.config.core.v3.HealthCheck.HttpHealthCheck': envoy.config.core.v3.HealthCheck.HttpHealthCheck
  'envoy.config.core.v3.HealthCheck.Payload': envoy.config.core.v3.HealthCheck.Payload
  'envoy.config.core.v3.HealthCheck.TcpHealthCheck': envoy.config.core.v3.HealthCheck.TcpHealthCheck
  'envoy.config.core.v3.HealthCheck.TlsOptions': envoy.config.core.v3.HealthCheck.TlsOptions
  'envoy.config.core.v3.HealthStatusSet': envoy.config.core.v3.HealthStatusSet
  'envoy.config.core.v3.Http1ProtocolOptions': envoy.config.core.v3.Http1ProtocolOptions
  'envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat': envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat
  'envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords': envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords
  'envoy.config.core.v3.Http2ProtocolOptions': envoy.config.core.v3.Http2ProtocolOptions
  'envoy.config.core.v3.Http2ProtocolOptions.SettingsParameter': envoy.config.core.v3.Http2ProtocolOptions.SettingsParameter
  'envoy.config.core.v3.Http3ProtocolOptions': envoy.config.core.v3.Http3ProtocolOptions
  'envoy.config.core.v3.HttpProtocolOptions': envoy.config.core.v3.HttpProtocolOptions
  'envoy.config.core.v3.HttpService': envoy.config.core.v3.HttpService
  'envoy.config.core.v3.HttpUri': envoy.config.core.v3.HttpUri
  'envoy.config.core.v3.JsonFormatOptions': envoy.config.core.v3.JsonFormatOptions
  'envoy.config.core.v3.KeepaliveSettings': envoy.config.core.v3.KeepaliveSettings
  'envoy.config.core.v3.KeyValueAppend': envoy.config.core.v3.KeyValueAppend
  'envoy.config.core.v3.KeyValueMutation': envoy.config.core.v3.KeyValueMutation
  'envoy.config.core.v3.KeyValuePair': envoy.config.core.v3.KeyValuePair
  'envoy.config.core.v3.Locality': envoy.config.core.v3.Locality
  'envoy.config.core.v3.Metadata': envoy.config.core.v3.Metadata
  'envoy.config.core.v3.Node': envoy.config.core.v3.Node
  'envoy.config.core.v3.PathConfigSource': envoy.config.core.v3.PathConfigSource
  'envoy.config.core.v3.Pipe': envoy.config.core.v3.Pipe
  'envoy.config.core.v3.ProxyProtocolConfig': envoy.config.core.v3.ProxyProtocolConfig
  'envoy.config.core.v3.ProxyProtocolPassThroughTLVs': envoy.config.core.v3.ProxyProtocolPassThroughTLVs
  'envoy.config.core.v3.QueryParameter': envoy.config.core.v3.QueryParameter
  'envoy.config.core.v3.QuicKeepAliveSettings': envoy.config.core.v3.QuicKeepAliveSettings
  'envoy.config.core.v3.QuicProtocolOptions': envoy.config.core.v3.QuicProtocolOptions
  'envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings': envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings
  'envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings.MigrateIdleConnectionSettings': envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings.MigrateIdleConnectionSettings
  'envoy.config.core.v3.RateLimitSettings': envoy.config.core.v3.RateLimitSettings
  'envoy.config.core.v3.RetryPolicy': envoy.config.core.v3.RetryPolicy
  'envoy.config.core.v3.RetryPolicy.RetryHostPredicate': envoy.config.core.v3.RetryPolicy.RetryHostPredicate
  'envoy.config.core.v3.RetryPolicy.RetryPriority': envoy.config.core.v3.RetryPolicy.RetryPriority
  'envoy.config.core.v3.RuntimeDouble': envoy.config.core.v3.RuntimeDouble
  'envoy.config.core.v3.RuntimeFeatureFlag': envoy.config.core.v3.RuntimeFeatureFlag
  'envoy.config.core.v3.RuntimeFractionalPercent': envoy.config.core.v3.RuntimeFractionalPercent
  'envoy.config.core.v3.RuntimeUInt32': envoy.config.core.v3.RuntimeUInt32
  'envoy.config.core.v3.SchemeHeaderTransformation': envoy.config.core.v3.SchemeHeaderTransformation
  'envoy.config.core.v3.SelfConfigSource': envoy.config.core.v3.SelfConfigSource
  'envoy.config.core.v3.SocketAddress': envoy.config.core.v3.SocketAddress
  'envoy.config.core.v3.SocketCmsgHeaders': envoy.config.core.v3.SocketCmsgHeaders
  'envoy.config.core.v3.SocketOption': envoy.config.core.v3.SocketOption
  'envoy.config.core.v3.SocketOption.SocketType': envoy.config.core.v3.SocketOption.SocketType
  'envoy.config.core.v3.SocketOption.SocketType.Datagram': envoy.config.core.v3.SocketOption.SocketType.Datagram
  'envoy.config.core.v3.SocketOption.SocketType.Stream': envoy.config.core.v3.SocketOption.SocketType.Stream
  'envoy.config.core.v3.SocketOptionsOverride': envoy.config.core.v3.SocketOptionsOverride
  'envoy.config.core.v3.SubstitutionFormatString': envoy.config.core.v3.SubstitutionFormatString
  'envoy.config.core.v3.TcpKeepalive': envoy.config.core.v3.TcpKeepalive
  'envoy.config.core.v3.TlvEntry': envoy.config.core.v3.TlvEntry
  'envoy.config.core.v3.TransportSocket': envoy.config.core.v3.TransportSocket
  'envoy.config.core.v3.TypedExtensionConfig': envoy.config.core.v3.TypedExtensionConfig
  'envoy.config.core.v3.UdpSocketConfig': envoy.config.core.v3.UdpSocketConfig
  'envoy.config.core.v3.UpstreamHttpProtocolOptions': envoy.config.core.v3.UpstreamHttpProtocolOptions
  'envoy.config.core.v3.WatchedDirectory': envoy.config.core.v3.WatchedDirectory
  'envoy.config.endpoint.v3.ClusterLoadAssignment': envoy.config.endpoint.v3.ClusterLoadAssignment
  'envoy.config.endpoint.v3.ClusterLoadAssignment.Policy': envoy.config.endpoint.v3.ClusterLoadAssignment.Policy
  'envoy.config.endpoint.v3.ClusterLoadAssignment.Policy.DropOverload': envoy.config.endpoint.v3.ClusterLoadAssignment.Policy.DropOverload
  'envoy.config.endpoint.v3.Endpoint': envoy.config.endpoint.v3.Endpoint
  'envoy.config.endpoint.v3.Endpoint.AdditionalAddress': envoy.config.endpoint.v3.Endpoint.AdditionalAddress
  'envoy.config.endpoint.v3.Endpoint.HealthCheckConfig': envoy.config.endpoint.v3.Endpoint.HealthCheckConfig
  'envoy.config.endpoint.v3.LbEndpoint': envoy.config.endpoint.v3.LbEndpoint
  'envoy.config.endpoint.v3.LedsClusterLocalityConfig': envoy.config.endpoint.v3.LedsClusterLocalityConfig
  'envoy.config.endpoint.v3.LocalityLbEndpoints': envoy.config.endpoint.v3.LocalityLbEndpoints
  'envoy.config.listener.v3.AdditionalAddress': envoy.config.listener.v3.AdditionalAddress
  'envoy.config.listener.v3.ApiListener': envoy.config.listener.v3.ApiListener
  'envoy.config.listener.v3.Filter': envoy.config.listener.v3.Filter
  'envoy.config.listener.v3.FilterChain': envoy.config.listener.v3.FilterChain
  'envoy.config.listener.v3.FilterChainMatch': envoy.config.listener.v3.FilterChainMatch
  'envoy.config.listener.v3.Listener': envoy.config.listener.v3.Listener
  'envoy.config.listener.v3.Listener.ConnectionBalanceConfig': envoy.config.listener.v3.Listener.ConnectionBalanceConfig
  'envoy.config.listener.v3.Listener.ConnectionBalanceConfig.CpuLocalityBalance': envoy.config.listener.v3.Listener.ConnectionBalanceConfig.CpuLocalityBalance
  'envoy.config.listener.v3.Listener.ConnectionBalanceConfig.ExactBalance': envoy.config.listener.v3.Listener.ConnectionBalanceConfig.ExactBalance
  'envoy.config.listener.v3.Listener.FcdsConfig': envoy.config.listener.v3.Listener.FcdsConfig
  'envoy.config.listener.v3.Listener.InternalListenerConfig': envoy.config.listener.v3.Listener.InternalListenerConfig
  'envoy.config.listener.v3.ListenerFilter': envoy.config.listener.v3.ListenerFilter
  'envoy.config.listener.v3.ListenerFilterChainMatchPredicate': envoy.config.listener.v3.ListenerFilterChainMatchPredicate
  'envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet': envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet
  'envoy.config.listener.v3.QuicProtocolOptions': envoy.config.listener.v3.QuicProtocolOptions
  'envoy.config.listener.v3.UdpListenerConfig': envoy.config.listener.v3.UdpListenerConfig
  'envoy.config.metrics.v3.StatsMatcher': envoy.config.metrics.v3.StatsMatcher
  'envoy.config.route.v3.ClusterSpecifierPlugin': envoy.config.route.v3.ClusterSpecifierPlugin
  'envoy.config.route.v3.CookieMatcher': envoy.config.route.v3.CookieMatcher
  'envoy.config.route.v3.Decorator': envoy.config.route.v3.Decorator
  'envoy.config.route.v3.DirectResponseAction': envoy.config.route.v3.DirectResponseAction
  'envoy.config.route.v3.FilterAction': envoy.config.route.v3.FilterAction
  'envoy.config.route.v3.HeaderMatcher': envoy.config.route.v3.HeaderMatcher
  'envoy.config.route.v3.HedgePolicy': envoy.config.route.v3.HedgePolicy
  'envoy.config.route.v3.InternalRedirectPolicy': envoy.config.route.v3.InternalRedirectPolicy
  'envoy.config.route.v3.NonForwardingAction': envoy.config.route.v3.NonForwardingAction
  'envoy.config.route.v3.QueryParameterMatcher': envoy.config.route.v3.QueryParameterMatcher
  'envoy.config.route.v3.RateLimit': envoy.config.route.v3.RateLimit
  'envoy.config.route.v3.RateLimit.Action': envoy.config.route.v3.RateLimit.Action
  'envoy.config.route.v3.RateLimit.Action.DestinationCluster': envoy.config.route.v3.RateLimit.Action.DestinationCluster
  'envoy.config.route.v3.RateLimit.Action.GenericKey': envoy.config.route.v3.RateLimit.Action.GenericKey
  'envoy.config.route.v3.RateLimit.Action.HeaderValueMatch': envoy.config.route.v3.RateLimit.Action.HeaderValueMatch
  'envoy.config.route.v3.RateLimit.Action.MaskedRemoteAddress': envoy.config.route.v3.RateLimit.Action.MaskedRemoteAddress
  'envoy.config.route.v3.RateLimit.Action.MetaData': envoy.config.route.v3.RateLimit.Action.MetaData
  'envoy.config.route.v3.RateLimit.Action.QueryParameterValueMatch': envoy.config.route.v3.RateLimit.Action.QueryParameterValueMatch
  'envoy.config.route.v3.RateLimit.Action.QueryParameters': envoy.config.route.v3.RateLimit.Action.QueryParameters
  'envoy.config.route.v3.RateLimit.Action.RemoteAddress': envoy.config.route.v3.RateLimit.Action.RemoteAddress
  'envoy.config.route.v3.RateLimit.Action.RemoteAddressMatch': envoy.config.route.v3.RateLimit.Action.RemoteAddressMatch
  'envoy.config.route.v3.RateLimit.Action.RequestHeaders': envoy.config.route.v3.RateLimit.Action.RequestHeaders
  'envoy.config.route.v3.RateLimit.Action.SourceCluster': envoy.config.route.v3.RateLimit.Action.SourceCluster
  'envoy.config.route.v3.RateLimit.HitsAddend': envoy.config.route.v3.RateLimit.HitsAddend
  'envoy.config.route.v3.RateLimit.Override': envoy.config.route.v3.RateLimit.Override
  'envoy.config.route.v3.RateLimit.Override.DynamicMetadata': envoy.config.route.v3.RateLimit.Override.DynamicMetadata
  'envoy.config.route.v3.RateLimit.Override.RateLimitOverride': envoy.config.route.v3.RateLimit.Override.RateLimitOverride
  'envoy.config.route.v3.RedirectAction': envoy.config.route.v3.RedirectAction
  'envoy.config.route.v3.RetryPolicy': envoy.config.route.v3.RetryPolicy
  'envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff': envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff
  'envoy.config.route.v3.RetryPolicy.ResetHeader': envoy.config.route.v3.RetryPolicy.ResetHeader
  'envoy.config.route.v3.RetryPolicy.RetryBackOff': envoy.config.route.v3.RetryPolicy.RetryBackOff
  'envoy.config.route.v3.RetryPolicy.RetryHostPredicate': envoy.config.route.v3.RetryPolicy.RetryHostPredicate
  'envoy.config.route.v3.RetryPolicy.RetryPriority': envoy.config.route.v3.RetryPolicy.RetryPriority
  'envoy.config.route.v3.Route': envoy.config.route.v3.Route
  'envoy.config.route.v3.RouteAction': envoy.config.route.v3.RouteAction
  'envoy.config.route.v3.RouteAction.HashPolicy': envoy.config.route.v3.RouteAction.HashPolicy
  'envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties': envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties
  'envoy.config.route.v3.RouteAction.HashPolicy.Cookie': envoy.config.route.v3.RouteAction.HashPolicy.Cookie
  'envoy.config.route.v3.RouteAction.HashPolicy.CookieAttribute': envoy.config.route.v3.RouteAction.HashPolicy.CookieAttribute
  'envoy.config.route.v3.RouteAction.HashPolicy.FilterState': envoy.config.route.v3.RouteAction.HashPolicy.FilterState
  'envoy.config.route.v3.RouteAction.HashPolicy.Header': envoy.config.route.v3.RouteAction.HashPolicy.Header
  'envoy.config.route.v3.RouteAction.HashPolicy.QueryParameter': envoy.config.route.v3.RouteAction.HashPolicy.QueryParameter
  'envoy.config.route.v3.RouteAction.MaxStreamDuration': envoy.config.route.v3.RouteAction.MaxStreamDuration
  'envoy.config.route.v3.RouteAction.RequestMirrorPolicy': envoy.config.route.v3.RouteAction.RequestMirrorPolicy
  'envoy.config.route.v3.RouteAction.UpgradeConfig': envoy.config.route.v3.RouteAction.UpgradeConfig
  'envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig': envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig
  'envoy.config.route.v3.RouteConfiguration': envoy.config.route.v3.RouteConfiguration
  'envoy.config.route.v3.RouteMatch': envoy.config.route.v3.RouteMatch
  'envoy.config.route.v3.RouteMatch.ConnectMatcher': envoy.config.route.v3.RouteMatch.ConnectMatcher
  'envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions': envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions
  'envoy.config.route.v3.RouteMatch.TlsContextMatchOptions': envoy.config.route.v3.RouteMatch.TlsContextMatchOptions
  'envoy.config.route.v3.ScopedRouteConfiguration': envoy.config.route.v3.ScopedRouteConfiguration
  'envoy.config.route.v3.ScopedRouteConfiguration.Key': envoy.config.route.v3.ScopedRouteConfiguration.Key
  'envoy.config.route.v3.ScopedRouteConfiguration.Key.Fragment': envoy.config.route.v3.ScopedRouteConfiguration.Key.Fragment
  'envoy.config.route.v3.Tracing': envoy.config.route.v3.Tracing
  'envoy.config.route.v3.Vhds': envoy.config.route.v3.Vhds
  'envoy.config.route.v3.VirtualCluster': envoy.config.route.v3.VirtualCluster
  'envoy.config.route.v3.VirtualHost': envoy.config.route.v3.VirtualHost
  'envoy.config.route.v3.WeightedCluster': envoy.config.route.v3.WeightedCluster
  'envoy.config.route.v3.WeightedCluster.ClusterWeight': envoy.config.route.v3.WeightedCluster.ClusterWeight
  'envoy.config.trace.v3.Tracing.Http': envoy.config.trace.v3.Tracing.Http
  'envoy.data.accesslog.v3.AccessLogCommon': envoy.data.accesslog.v3.AccessLogCommon
  'envoy.data.accesslog.v3.ConnectionProperties': envoy.data.accesslog.v3.ConnectionProperties
  'envoy.data.accesslog.v3.HTTPAccessLogEntry': envoy.data.accesslog.v3.HTTPAccessLogEntry
  'envoy.data.accesslog.v3.HTTPRequestProperties': envoy.data.accesslog.v3.HTTPRequestProperties
  'envoy.data.accesslog.v3.HTTPResponseProperties': envoy.data.accesslog.v3.HTTPResponseProperties
  'envoy.data.accesslog.v3.ResponseFlags': envoy.data.accesslog.v3.ResponseFlags
  'envoy.data.accesslog.v3.ResponseFlags.Unauthorized': envoy.data.accesslog.v3.ResponseFlags.Unauthorized
  'envoy.data.accesslog.v3.TCPAccessLogEntry': envoy.data.accesslog.v3.TCPAccessLogEntry
  'envoy.data.accesslog.v3.TLSProperties': envoy.data.accesslog.v3.TLSProperties
  'envoy.data.accesslog.v3.TLSProperties.CertificateProperties': envoy.data.accesslog.v3.TLSProperties.CertificateProperties
  'envoy.data.accesslog.v3.TLSProperties.CertificateProperties.SubjectAltName': envoy.data.accesslog.v3.TLSProperties.CertificateProperties.SubjectAltName
  'envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig': envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig
  'envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig': envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig
  'envoy.extensions.common.matching.v3.ExtensionWithMatcher': envoy.extensions.common.matching.v3.ExtensionWithMatcher
  'envoy.extensions.filters.http.composite.v3.Composite': envoy.extensions.filters.http.composite.v3.Composite
  'envoy.extensions.filters.http.composite.v3.DynamicConfig': envoy.extensions.filters.http.composite.v3.DynamicConfig
  'envoy.extensions.filters.http.composite.v3.ExecuteFilterAction': envoy.extensions.filters.http.composite.v3.ExecuteFilterAction
  'envoy.extensions.filters.http.composite.v3.FilterChainConfiguration': envoy.extensions.filters.http.composite.v3.FilterChainConfiguration
  'envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest': envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest
  'envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse': envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse
  'envoy.extensions.filters.http.ext_authz.v3.BufferSettings': envoy.extensions.filters.http.ext_authz.v3.BufferSettings
  'envoy.extensions.filters.http.ext_authz.v3.CheckSettings': envoy.extensions.filters.http.ext_authz.v3.CheckSettings
  'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz': envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
  'envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute': envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute
  'envoy.extensions.filters.http.ext_authz.v3.HttpService': envoy.extensions.filters.http.ext_authz.v3.HttpService
  'envoy.extensions.filters.http.ext_proc.v3.ExtProcHttpService': envoy.extensions.filters.http.ext_proc.v3.ExtProcHttpService
  'envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor': envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor
  'envoy.extensions.filters.http.ext_proc.v3.HeaderForwardingRules': envoy.extensions.filters.http.ext_proc.v3.HeaderForwardingRules
  'envoy.extensions.filters.http.ext_proc.v3.MetadataOptions': envoy.extensions.filters.http.ext_proc.v3.MetadataOptions
  'envoy.extensions.filters.http.ext_proc.v3.MetadataOptions.MetadataNamespaces': envoy.extensions.filters.http.ext_proc.v3.MetadataOptions.MetadataNamespaces
  'envoy.extensions.filters.http.ext_proc.v3.ProcessingMode': envoy.extensions.filters.http.ext_proc.v3.ProcessingMode
  'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation': envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
  'envoy.extensions.filters.http.header_mutation.v3.Mutations': envoy.extensions.filters.http.header_mutation.v3.Mutations
  'envoy.extensions.filters.http.lua.v3.Lua': envoy.extensions.filters.http.lua.v3.Lua
  'envoy.extensions.filters.http.router.v3.Router': envoy.extensions.filters.http.router.v3.Router
  'envoy.extensions.filters.http.router.v3.Router.UpstreamAccessLogOptions': envoy.extensions.filters.http.router.v3.Router.UpstreamAccessLogOptions
  'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector': envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector
  'envoy.extensions.filters.network.http_connection_manager.v3.ForwardProtoConfig': envoy.extensions.filters.network.http_connection_manager.v3.ForwardProtoConfig
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.HcmAccessLogOptions': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.HcmAccessLogOptions
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.InternalAddressConfig': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.InternalAddressConfig
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathNormalizationOptions': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathNormalizationOptions
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ProxyStatusConfig': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ProxyStatusConfig
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig': envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter': envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter
  'envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig': envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig
  'envoy.extensions.filters.network.http_connection_manager.v3.Rds': envoy.extensions.filters.network.http_connection_manager.v3.Rds
  'envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension': envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension
  'envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper': envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper
  'envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds': envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds
  'envoy.extensions.filters.network.http_connection_manager.v3.ScopedRouteConfigurationsList': envoy.extensions.filters.network.http_connection_manager.v3.ScopedRouteConfigurationsList
  'envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes': envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes
  'envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder': envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder
  'envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder': envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder
  'envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor': envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor
  'envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.KvElement': envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.KvElement
  'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation': envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation
  'envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput': envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput
  'envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput.PathSegment': envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput.PathSegment
  'envoy.extensions.matching.input_matchers.metadata.v3.Metadata': envoy.extensions.matching.input_matchers.metadata.v3.Metadata
  'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate': envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate
  'envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance': envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance
  'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext': envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext
  'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.SystemRootCerts': envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.SystemRootCerts
  'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext': envoy.extensions.transport_sockets.tls.v3.CommonTlsContext
  'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext': envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext
  'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext': envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
  'envoy.extensions.transport_sockets.tls.v3.GenericSecret': envoy.extensions.transport_sockets.tls.v3.GenericSecret
  'envoy.extensions.transport_sockets.tls.v3.PrivateKeyProvider': envoy.extensions.transport_sockets.tls.v3.PrivateKeyProvider
  'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig': envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig
  'envoy.extensions.transport_sockets.tls.v3.Secret': envoy.extensions.transport_sockets.tls.v3.Secret
  'envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher': envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher
  'envoy.extensions.transport_sockets.tls.v3.TlsCertificate': envoy.extensions.transport_sockets.tls.v3.TlsCertificate
  'envoy.extensions.transport_sockets.tls.v3.TlsKeyLog': envoy.extensions.transport_sockets.tls.v3.TlsKeyLog
  'envoy.extensions.transport_sockets.tls.v3.TlsParameters': envoy.extensions.transport_sockets.tls.v3.TlsParameters
  'envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys': envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys
  'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext': envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': envoy.extensions.upstreams.http.v3.HttpProtocolOptions
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig': envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig': envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions.OutlierDetection': envoy.extensions.upstreams.http.v3.HttpProtocolOptions.OutlierDetection
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig': envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig
  'envoy.service.accesslog.v3.StreamAccessLogsMessage': envoy.service.accesslog.v3.StreamAccessLogsMessage
  'envoy.service.accesslog.v3.StreamAccessLogsMessage.HTTPAccessLogEntries': envoy.service.accesslog.v3.StreamAccessLogsMessage.HTTPAccessLogEntries
  'envoy.service.accesslog.v3.StreamAccessLogsMessage.Identifier': envoy.service.accesslog.v3.StreamAccessLogsMessage.Identifier
  'envoy.service.accesslog.v3.StreamAccessLogsMessage.TCPAccessLogEntries': envoy.service.accesslog.v3.StreamAccessLogsMessage.TCPAccessLogEntries
  'envoy.service.accesslog.v3.StreamAccessLogsResponse': envoy.service.accesslog.v3.StreamAccessLogsResponse
  'envoy.service.auth.v3.AttributeContext': envoy.service.auth.v3.AttributeContext
  'envoy.service.auth.v3.AttributeContext.HttpRequest': envoy.service.auth.v3.AttributeContext.HttpRequest
  'envoy.service.auth.v3.AttributeContext.Peer': envoy.service.auth.v3.AttributeContext.Peer
  'envoy.service.auth.v3.AttributeContext.Request': envoy.service.auth.v3.AttributeContext.Request
  'envoy.service.auth.v3.AttributeContext.TLSSession': envoy.service.auth.v3.AttributeContext.TLSSession
  'envoy.service.auth.v3.CheckRequest': envoy.service.auth.v3.CheckRequest
  'envoy.service.auth.v3.CheckResponse': envoy.service.auth.v3.CheckResponse
  'envoy.service.auth.v3.DeniedHttpResponse': envoy.service.auth.v3.DeniedHttpResponse
  'envoy.service.auth.v3.OkHttpResponse': envoy.service.auth.v3.OkHttpResponse
  'envoy.service.discovery.v3.DeltaDiscoveryRequest': envoy.service.discovery.v3.DeltaDiscoveryRequest
  'envoy.service.discovery.v3.DeltaDiscoveryResponse': envoy.service.discovery.v3.DeltaDiscoveryResponse
  'envoy.service.discovery.v3.DiscoveryRequest': envoy.service.discovery.v3.DiscoveryRequest
  'envoy.service.discovery.v3.DiscoveryResponse': envoy.service.discovery.v3.DiscoveryResponse
  'envoy.service.discovery.v3.DynamicParameterConstraints': envoy.service.discovery.v3.DynamicParameterConstraints
  'envoy.service.discovery.v3.DynamicParameterConstraints.ConstraintList': envoy.service.discovery.v3.DynamicParameterConstraints.ConstraintList
  'envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint': envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint
  'envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint.Exists': envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint.Exists
  'envoy.service.discovery.v3.Resource': envoy.service.discovery.v3.Resource
  'envoy.service.discovery.v3.Resource.CacheControl': envoy.service.discovery.v3.Resource.CacheControl
  'envoy.service.discovery.v3.ResourceError': envoy.service.discovery.v3.ResourceError
  'envoy.service.discovery.v3.ResourceLocator': envoy.service.discovery.v3.ResourceLocator
  'envoy.service.discovery.v3.ResourceName': envoy.service.discovery.v3.ResourceName
  'envoy.service.ext_proc.v3.BodyMutation': envoy.service.ext_proc.v3.BodyMutation
  'envoy.service.ext_proc.v3.BodyResponse': envoy.service.ext_proc.v3.BodyResponse
  'envoy.service.ext_proc.v3.CommonResponse': envoy.service.ext_proc.v3.CommonResponse
  'envoy.service.ext_proc.v3.GrpcStatus': envoy.service.ext_proc.v3.GrpcStatus
  'envoy.service.ext_proc.v3.HeaderMutation': envoy.service.ext_proc.v3.HeaderMutation
  'envoy.service.ext_proc.v3.HeadersResponse': envoy.service.ext_proc.v3.HeadersResponse
  'envoy.service.ext_proc.v3.HttpBody': envoy.service.ext_proc.v3.HttpBody
  'envoy.service.ext_proc.v3.HttpHeaders': envoy.service.ext_proc.v3.HttpHeaders
  'envoy.service.ext_proc.v3.HttpTrailers': envoy.service.ext_proc.v3.HttpTrailers
  'envoy.service.ext_proc.v3.ImmediateResponse': envoy.service.ext_proc.v3.ImmediateResponse
  'envoy.service.ext_proc.v3.ProcessingRequest': envoy.service.ext_proc.v3.ProcessingRequest
  'envoy.service.ext_proc.v3.ProcessingRequest.ClientWindowUpdate': envoy.service.ext_proc.v3.ProcessingRequest.ClientWindowUpdate
  'envoy.service.ext_proc.v3.ProcessingRequest.FlowControlInit': envoy.service.ext_proc.v3.ProcessingRequest.FlowControlInit
  'envoy.service.ext_proc.v3.ProcessingResponse': envoy.service.ext_proc.v3.ProcessingResponse
  'envoy.service.ext_proc.v3.ProcessingResponse.ServerWindowUpdate': envoy.service.ext_proc.v3.ProcessingResponse.ServerWindowUpdate
  'envoy.service.ext_proc.v3.ProtocolConfiguration': envoy.service.ext_proc.v3.ProtocolConfiguration
  'envoy.service.ext_proc.v3.StreamedBodyResponse': envoy.service.ext_proc.v3.StreamedBodyResponse
  'envoy.service.ext_proc.v3.StreamedImmediateResponse': envoy.service.ext_proc.v3.StreamedImmediateResponse
  'envoy.service.ext_proc.v3.TrailersResponse': envoy.service.ext_proc.v3.TrailersResponse
  'envoy.type.http.v3.PathTransformation': envoy.type.http.v3.PathTransformation
  'envoy.type.http.v3.PathTransformation.Operation': envoy.type.http.v3.PathTransformation.Operation
  'envoy.type.http.v3.PathTransformation.Operation.MergeSlashes': envoy.type.http.v3.PathTransformation.Operation.MergeSlashes
  'envoy.type.http.v3.PathTransformation.Operation.NormalizePathRFC3986': envoy.type.http.v3.PathTransformation.Operation.NormalizePathRFC3986
  'envoy.type.matcher.v3.AddressMatcher': envoy.type.matcher.v3.AddressMatcher
  'envoy.type.matcher.v3.DoubleMatcher': envoy.type.matcher.v3.DoubleMatcher
  'envoy.type.matcher.v3.FilterStateMatcher': envoy.type.matcher.v3.FilterStateMatcher
  'envoy.type.matcher.v3.ListMatcher': envoy.type.matcher.v3.ListMatcher
  'envoy.type.matcher.v3.ListStringMatcher': envoy.type.matcher.v3.ListStringMatcher
  'envoy.type.matcher.v3.MetadataMatcher': envoy.type.matcher.v3.MetadataMatcher
  'envoy.type.matcher.v3.MetadataMatcher.PathSegment': envoy.type.matcher.v3.MetadataMatcher.PathSegment
  'envoy.type.matcher.v3.OrMatcher': envoy.type.matcher.v3.OrMatcher
  'envoy.type.matcher.v3.RegexMatchAndSubstitute': envoy.type.matcher.v3.RegexMatchAndSubstitute
  'envoy.type.matcher.v3.RegexMatcher': envoy.type.matcher.v3.RegexMatcher
  'envoy.type.matcher.v3.StringMatcher': envoy.type.matcher.v3.StringMatcher
  'envoy.type.matcher.v3.ValueMatcher': envoy.type.matcher.v3.ValueMatcher
  'envoy.type.matcher.v3.ValueMatcher.NullMatch': envoy.type.matcher.v3.ValueMatcher.NullMatch
  'envoy.type.metadata.v3.MetadataKey': envoy.type.metadata.v3.MetadataKey
  'envoy.type.metadata.v3.MetadataKey.PathSegment': envoy.type.metadata.v3.MetadataKey.PathSegment
  'envoy.type.metadata.v3.MetadataKind': envoy.type.metadata.v3.MetadataKind
  'envoy.type.metadata.v3.MetadataKind.Cluster': envoy.type.metadata.v3.MetadataKind.Cluster
  'envoy.type.metadata.v3.MetadataKind.Host': envoy.type.metadata.v3.MetadataKind.Host
  'envoy.type.metadata.v3.MetadataKind.Request': envoy.type.metadata.v3.MetadataKind.Request
  'envoy.type.metadata.v3.MetadataKind.Route': envoy.type.metadata.v3.MetadataKind.Route
  'envoy.type.tracing.v3.CustomTag': envoy.type.tracing.v3.CustomTag
  'envoy.type.tracing.v3.CustomTag.Environment': envoy.type.tracing.v3.CustomTag.Environment
  'envoy.type.tracing.v3.CustomTag.Header': envoy.type.tracing.v3.CustomTag.Header
  'envoy.type.tracing.v3.CustomTag.Literal': envoy.type.tracing.v3.CustomTag.Literal
  'envoy.type.tracing.v3.CustomTag.Metadata': envoy.type.tracing.v3.CustomTag.Metadata
  'envoy.type.v3.DoubleRange': envoy.type.v3.DoubleRange
  'envoy.type.v3.FractionalPercent': envoy.type.v3.FractionalPercent
  'envoy.type.v3.HttpStatus': envoy.type.v3.HttpStatus
  'envoy.type.v3.Int32Range': envoy.type.v3.Int32Range
  'envoy.type.v3.Int64Range': envoy.type.v3.Int64Range
  'envoy.type.v3.Percent': envoy.type.v3.Percent
  'envoy.type.v3.SemanticVersion': envoy.type.v3.SemanticVersion
  'google.protobuf.Any': google.protobuf.Any
  'google.protobuf.BoolValue': google.protobuf.BoolValue
  'google.protobuf.DoubleValue': google.protobuf.DoubleValue
  'google.protobuf.Duration': google.protobuf.Duration
  'google.protobuf.Empty': google.protobuf.Empty
  'google.protobuf.ListValue': google.protobuf.ListValue
  'google.protobuf.Struct': google.protobuf.Struct
  'google.protobuf.Timestamp': google.protobuf.Timestamp
  'google.protobuf.UInt32Value': google.protobuf.UInt32Value
  'google.protobuf.UInt64Value': google.protobuf.UInt64Value
  'google.protobuf.Value': google.protobuf.Value
  'google.rpc.Status': google.rpc.Status
  'xds.core.v3.Authority': xds.core.v3.Authority
  'xds.core.v3.CidrRange': xds.core.v3.CidrRange
  'xds.core.v3.ContextParams': xds.core.v3.ContextParams
  'xds.core.v3.TypedExtensionConfig': xds.core.v3.TypedExtensionConfig
  'xds.type.matcher.v3.Matcher': xds.type.matcher.v3.Matcher
  'xds.type.matcher.v3.Matcher.MatcherList': xds.type.matcher.v3.Matcher.MatcherList
  'xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher': xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher
  'xds.type.matcher.v3.Matcher.MatcherList.Predicate': xds.type.matcher.v3.Matcher.MatcherList.Predicate
  'xds.type.matcher.v3.Matcher.MatcherList.Predicate.PredicateList': xds.type.matcher.v3.Matcher.MatcherList.Predicate.PredicateList
  'xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate': xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate
  'xds.type.matcher.v3.Matcher.MatcherTree': xds.type.matcher.v3.Matcher.MatcherTree
  'xds.type.matcher.v3.Matcher.MatcherTree.MatchMap': xds.type.matcher.v3.Matcher.MatcherTree.MatchMap
  'xds.type.matcher.v3.Matcher.OnMatch': xds.type.matcher.v3.Matcher.OnMatch
  'xds.type.matcher.v3.RegexMatcher': xds.type.matcher.v3.RegexMatcher
  'xds.type.matcher.v3.RegexMatcher.GoogleRE2': xds.type.matcher.v3.RegexMatcher.GoogleRE2
  'xds.type.matcher.v3.StringMatcher': xds.type.matcher.v3.StringMatcher
}

export interface Enums {
  'envoy.config.accesslog.v3.ComparisonFilter.Op': { readonly EQ: 0; readonly GE: 1; readonly LE: 2; readonly NE: 3 }
  'envoy.config.accesslog.v3.GrpcStatusFilter.Status': { readonly OK: 0; readonly CANCELED: 1; readonly UNKNOWN: 2; readonly INVALID_ARGUMENT: 3; readonly DEADLINE_EXCEEDED: 4; readonly NOT_FOUND: 5; readonly ALREADY_EXISTS: 6; readonly PERMISSION_DENIED: 7; readonly RESOURCE_EXHAUSTED: 8; readonly FAILED_PRECONDITION: 9; readonly ABORTED: 10; readonly OUT_OF_RANGE: 11; readonly UNIMPLEMENTED: 12; readonly INTERNAL: 13; readonly UNAVAILABLE: 14; readonly DATA_LOSS: 15; readonly UNAUTHENTICATED: 16 }
  'envoy.config.cluster.v3.Cluster.DiscoveryType': { readonly STATIC: 0; readonly STRICT_DNS: 1; readonly LOGICAL_DNS: 2; readonly EDS: 3; readonly ORIGINAL_DST: 4 }
  'envoy.config.cluster.v3.Cluster.DnsLookupFamily': { readonly AUTO: 0; readonly V4_ONLY: 1; readonly V6_ONLY: 2; readonly V4_PREFERRED: 3; readonly ALL: 4 }
  'envoy.config.cluster.v3.Cluster.LbPolicy': { readonly ROUND_ROBIN: 0; readonly LEAST_REQUEST: 1; readonly RING_HASH: 2; readonly RANDOM: 3; readonly MAGLEV: 5; readonly CLUSTER_PROVIDED: 6; readonly LOAD_BALANCING_POLICY_CONFIG: 7 }
  'envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetFallbackPolicy': { readonly NO_FALLBACK: 0; readonly ANY_ENDPOINT: 1; readonly DEFAULT_SUBSET: 2 }
  'envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetMetadataFallbackPolicy': { readonly METADATA_NO_FALLBACK: 0; readonly FALLBACK_LIST: 1 }
  'envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector.LbSubsetSelectorFallbackPolicy': { readonly NOT_DEFINED: 0; readonly NO_FALLBACK: 1; readonly ANY_ENDPOINT: 2; readonly DEFAULT_SUBSET: 3; readonly KEYS_SUBSET: 4 }
  'envoy.config.cluster.v3.Cluster.RingHashLbConfig.HashFunction': { readonly XX_HASH: 0; readonly MURMUR_HASH_2: 1 }
  'envoy.config.cluster.v3.UpstreamConnectionOptions.FirstAddressFamilyVersion': { readonly DEFAULT: 0; readonly V4: 1; readonly V6: 2; readonly PIPE: 3; readonly INTERNAL: 4 }
  'envoy.config.core.v3.ApiConfigSource.ApiType': { readonly DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE: 0; readonly REST: 1; readonly GRPC: 2; readonly DELTA_GRPC: 3; readonly AGGREGATED_GRPC: 5; readonly AGGREGATED_DELTA_GRPC: 6 }
  'envoy.config.core.v3.ApiVersion': { readonly AUTO: 0; readonly V2: 1; readonly V3: 2 }
  'envoy.config.core.v3.HeaderValueOption.HeaderAppendAction': { readonly APPEND_IF_EXISTS_OR_ADD: 0; readonly ADD_IF_ABSENT: 1; readonly OVERWRITE_IF_EXISTS_OR_ADD: 2; readonly OVERWRITE_IF_EXISTS: 3 }
  'envoy.config.core.v3.HealthStatus': { readonly UNKNOWN: 0; readonly HEALTHY: 1; readonly UNHEALTHY: 2; readonly DRAINING: 3; readonly TIMEOUT: 4; readonly DEGRADED: 5 }
  'envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction': { readonly ALLOW: 0; readonly REJECT_REQUEST: 1; readonly DROP_HEADER: 2 }
  'envoy.config.core.v3.KeyValueAppend.KeyValueAppendAction': { readonly APPEND_IF_EXISTS_OR_ADD: 0; readonly ADD_IF_ABSENT: 1; readonly OVERWRITE_IF_EXISTS_OR_ADD: 2; readonly OVERWRITE_IF_EXISTS: 3 }
  'envoy.config.core.v3.ProxyProtocolConfig.Version': { readonly V1: 0; readonly V2: 1 }
  'envoy.config.core.v3.ProxyProtocolPassThroughTLVs.PassTLVsMatchType': { readonly INCLUDE_ALL: 0; readonly INCLUDE: 1 }
  'envoy.config.core.v3.RequestMethod': { readonly METHOD_UNSPECIFIED: 0; readonly GET: 1; readonly HEAD: 2; readonly POST: 3; readonly PUT: 4; readonly DELETE: 5; readonly CONNECT: 6; readonly OPTIONS: 7; readonly TRACE: 8; readonly PATCH: 9 }
  'envoy.config.core.v3.RoutingPriority': { readonly DEFAULT: 0; readonly HIGH: 1 }
  'envoy.config.core.v3.SocketAddress.Protocol': { readonly TCP: 0; readonly UDP: 1 }
  'envoy.config.core.v3.SocketOption.SocketIpVersion': { readonly SOCKET_IP_VERSION_UNSPECIFIED: 0; readonly SOCKET_IP_VERSION_IPV4: 1; readonly SOCKET_IP_VERSION_IPV6: 2 }
  'envoy.config.core.v3.SocketOption.SocketState': { readonly STATE_PREBIND: 0; readonly STATE_BOUND: 1; readonly STATE_LISTENING: 2 }
  'envoy.config.core.v3.TrafficDirection': { readonly UNSPECIFIED: 0; readonly INBOUND: 1; readonly OUTBOUND: 2 }
  'envoy.config.listener.v3.FilterChainMatch.ConnectionSourceType': { readonly ANY: 0; readonly SAME_IP_OR_LOOPBACK: 1; readonly EXTERNAL: 2 }
  'envoy.config.listener.v3.Listener.DrainType': { readonly DEFAULT: 0; readonly MODIFY_ONLY: 1 }
  'envoy.config.route.v3.RateLimit.Action.MetaData.Source': { readonly DYNAMIC: 0; readonly ROUTE_ENTRY: 1; readonly CLUSTER_ENTRY: 2; readonly CLUSTER_LOCALITY_ENTRY: 3 }
  'envoy.config.route.v3.RateLimit.XRateLimitOption': { readonly UNSPECIFIED: 0; readonly OFF: 1; readonly DRAFT_VERSION_03: 2 }
  'envoy.config.route.v3.RedirectAction.RedirectResponseCode': { readonly MOVED_PERMANENTLY: 0; readonly FOUND: 1; readonly SEE_OTHER: 2; readonly TEMPORARY_REDIRECT: 3; readonly PERMANENT_REDIRECT: 4 }
  'envoy.config.route.v3.RetryPolicy.ResetHeaderFormat': { readonly SECONDS: 0; readonly UNIX_TIMESTAMP: 1 }
  'envoy.config.route.v3.RouteAction.ClusterNotFoundResponseCode': { readonly SERVICE_UNAVAILABLE: 0; readonly NOT_FOUND: 1; readonly INTERNAL_SERVER_ERROR: 2 }
  'envoy.config.route.v3.VirtualHost.TlsRequirementType': { readonly NONE: 0; readonly EXTERNAL_ONLY: 1; readonly ALL: 2 }
  'envoy.data.accesslog.v3.AccessLogType': { readonly NotSet: 0; readonly TcpUpstreamConnected: 1; readonly TcpPeriodic: 2; readonly TcpConnectionStart: 14; readonly TcpConnectionEnd: 3; readonly DownstreamStart: 4; readonly DownstreamPeriodic: 5; readonly DownstreamEnd: 6; readonly UpstreamPoolReady: 7; readonly UpstreamPeriodic: 8; readonly UpstreamEnd: 9; readonly DownstreamTunnelSuccessfullyEstablished: 10; readonly UdpTunnelUpstreamConnected: 11; readonly UdpPeriodic: 12; readonly UdpSessionEnd: 13 }
  'envoy.data.accesslog.v3.HTTPAccessLogEntry.HTTPVersion': { readonly PROTOCOL_UNSPECIFIED: 0; readonly HTTP10: 1; readonly HTTP11: 2; readonly HTTP2: 3; readonly HTTP3: 4 }
  'envoy.data.accesslog.v3.ResponseFlags.Unauthorized.Reason': { readonly REASON_UNSPECIFIED: 0; readonly EXTERNAL_SERVICE: 1 }
  'envoy.data.accesslog.v3.TLSProperties.TLSVersion': { readonly VERSION_UNSPECIFIED: 0; readonly TLSv1: 1; readonly TLSv1_1: 2; readonly TLSv1_2: 3; readonly TLSv1_3: 4 }
  'envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor.RouteCacheAction': { readonly DEFAULT: 0; readonly CLEAR: 1; readonly RETAIN: 2 }
  'envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode': { readonly NONE: 0; readonly STREAMED: 1; readonly BUFFERED: 2; readonly BUFFERED_PARTIAL: 3; readonly FULL_DUPLEX_STREAMED: 4; readonly GRPC: 5 }
  'envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode': { readonly DEFAULT: 0; readonly SEND: 1; readonly SKIP: 2 }
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.CodecType': { readonly AUTO: 0; readonly HTTP1: 1; readonly HTTP2: 2; readonly HTTP3: 3 }
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails': { readonly SANITIZE: 0; readonly FORWARD_ONLY: 1; readonly APPEND_FORWARD: 2; readonly SANITIZE_SET: 3; readonly ALWAYS_FORWARD_ONLY: 4 }
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertFormat': { readonly TEXT: 0; readonly JSON: 1 }
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction': { readonly IMPLEMENTATION_SPECIFIC_DEFAULT: 0; readonly KEEP_UNCHANGED: 1; readonly REJECT_REQUEST: 2; readonly UNESCAPE_AND_REDIRECT: 3; readonly UNESCAPE_AND_FORWARD: 4 }
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ServerHeaderTransformation': { readonly OVERWRITE: 0; readonly APPEND_IF_ABSENT: 1; readonly PASS_THROUGH: 2 }
  'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification': { readonly VERIFY_TRUST_CHAIN: 0; readonly ACCEPT_UNTRUSTED: 1 }
  'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext.OcspStaplePolicy': { readonly LENIENT_STAPLING: 0; readonly STRICT_STAPLING: 1; readonly MUST_STAPLE: 2 }
  'envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType': { readonly SAN_TYPE_UNSPECIFIED: 0; readonly EMAIL: 1; readonly DNS: 2; readonly URI: 3; readonly IP_ADDRESS: 4; readonly OTHER_NAME: 5 }
  'envoy.extensions.transport_sockets.tls.v3.TlsParameters.CompliancePolicy': { readonly FIPS_202205: 0; readonly CNSA2_202603: 1; readonly CNSA1_202603: 2 }
  'envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol': { readonly TLS_AUTO: 0; readonly TLSv1_0: 1; readonly TLSv1_1: 2; readonly TLSv1_2: 3; readonly TLSv1_3: 4 }
  'envoy.service.ext_proc.v3.CommonResponse.ResponseStatus': { readonly CONTINUE: 0; readonly CONTINUE_AND_REPLACE: 1 }
  'envoy.type.tracing.v3.CustomTag.ValueType': { readonly UNSPECIFIED: 0; readonly STRING: 1; readonly INT: 2; readonly DOUBLE: 3; readonly BOOL: 4 }
  'envoy.type.v3.CodecClientType': { readonly HTTP1: 0; readonly HTTP2: 1; readonly HTTP3: 2 }
  'envoy.type.v3.FractionalPercent.DenominatorType': { readonly HUNDRED: 0; readonly TEN_THOUSAND: 1; readonly MILLION: 2 }
  'envoy.type.v3.RateLimitUnit': { readonly UNKNOWN: 0; readonly SECOND: 1; readonly MINUTE: 2; readonly HOUR: 3; readonly DAY: 4; readonly MONTH: 5; readonly YEAR: 6 }
  'envoy.type.v3.StatusCode': { readonly Empty: 0; readonly Continue: 100; readonly OK: 200; readonly Created: 201; readonly Accepted: 202; readonly NonAuthoritativeInformation: 203; readonly NoContent: 204; readonly ResetContent: 205; readonly PartialContent: 206; readonly MultiStatus: 207; readonly AlreadyReported: 208; readonly IMUsed: 226; readonly MultipleChoices: 300; readonly MovedPermanently: 301; readonly Found: 302; readonly SeeOther: 303; readonly NotModified: 304; readonly UseProxy: 305; readonly TemporaryRedirect: 307; readonly PermanentRedirect: 308; readonly BadRequest: 400; readonly Unauthorized: 401; readonly PaymentRequired: 402; readonly Forbidden: 403; readonly NotFound: 404; readonly MethodNotAllowed: 405; readonly NotAcceptable: 406; readonly ProxyAuthenticationRequired: 407; readonly RequestTimeout: 408; readonly Conflict: 409; readonly Gone: 410; readonly LengthRequired: 411; readonly PreconditionFailed: 412; readonly PayloadTooLarge: 413; readonly URITooLong: 414; readonly UnsupportedMediaType: 415; readonly RangeNotSatisfiable: 416; readonly ExpectationFailed: 417; readonly MisdirectedRequest: 421; readonly UnprocessableEntity: 422; readonly Locked: 423; readonly FailedDependency: 424; readonly UpgradeRequired: 426; readonly PreconditionRequired: 428; readonly TooManyRequests: 429; readonly RequestHeaderFieldsTooLarge: 431; readonly InternalServerError: 500; readonly NotImplemented: 501; readonly BadGateway: 502; readonly ServiceUnavailable: 503; readonly GatewayTimeout: 504; readonly HTTPVersionNotSupported: 505; readonly VariantAlsoNegotiates: 506; readonly InsufficientStorage: 507; readonly LoopDetected: 508; readonly NotExtended: 510; readonly NetworkAuthenticationRequired: 511 }
  'google.protobuf.NullValue': { readonly NULL_VALUE: 0 }
}

export interface Services {
  'envoy.service.accesslog.v3.AccessLogService': { readonly StreamAccessLogs: { readonly request: 'envoy.service.accesslog.v3.StreamAccessLogsMessage'; readonly response: 'envoy.service.accesslog.v3.StreamAccessLogsResponse' } }
  'envoy.service.auth.v3.Authorization': { readonly Check: { readonly request: 'envoy.service.auth.v3.CheckRequest'; readonly response: 'envoy.service.auth.v3.CheckResponse' } }
  'envoy.service.discovery.v3.AggregatedDiscoveryService': { readonly StreamAggregatedResources: { readonly request: 'envoy.service.discovery.v3.DiscoveryRequest'; readonly response: 'envoy.service.discovery.v3.DiscoveryResponse' }; readonly DeltaAggregatedResources: { readonly request: 'envoy.service.discovery.v3.DeltaDiscoveryRequest'; readonly response: 'envoy.service.discovery.v3.DeltaDiscoveryResponse' } }
  'envoy.service.ext_proc.v3.ExternalProcessor': { readonly Process: { readonly request: 'envoy.service.ext_proc.v3.ProcessingRequest'; readonly response: 'envoy.service.ext_proc.v3.ProcessingResponse' } }
}
