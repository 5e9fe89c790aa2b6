/** The shape of envoy.json: flat, full name → what protobufjs needs to encode and decode it. */
export type Bundle = Readonly<Record<string, BundledType>>

export type BundledType = BundledMessage | BundledEnum | BundledService

export interface BundledMessage {
  readonly fields: Readonly<Record<string, BundledField>>
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>
}

export interface BundledField {
  readonly keyType?: string
  readonly rule?: 'repeated'
  /** A scalar's name, or a full name with a leading dot. */
  readonly type: string
  readonly id: number
  readonly options?: { readonly proto3_optional: true }
}

export interface BundledEnum {
  readonly values: Readonly<Record<string, number>>
}

export interface BundledService {
  readonly methods: Readonly<Record<string, BundledMethod>>
}

export interface BundledMethod {
  readonly requestType: string
  readonly requestStream?: true
  readonly responseType: string
  readonly responseStream?: true
}
