/**
 * One Envoy's delta ADS stream as a state machine: requests and changes in, responses out. No network, no clock.
 * Protocol: https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#incremental-xds
 */
import { codec } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { RESOURCE_TYPES, type Resource, type ResourceType } from './resource.ts'
import type { Catalogue, ResourceKey } from './snapshot.ts'
import { Subscription, type Batch } from './subscription.ts'

export type DeltaRequest = envoy.service.discovery.v3.DeltaDiscoveryRequest
export type DeltaResponse = envoy.service.discovery.v3.DeltaDiscoveryResponse

/** One resource that Envoy will not take, found by halving the batch that it came in. */
export interface Refusal {
  readonly resource: Resource
  /** Envoy's own words. */
  readonly message: string
}

/** What one event leads to. */
export interface Turn {
  readonly responses: readonly DeltaResponse[]
  readonly acknowledged: readonly ResourceKey[]
  readonly refused: readonly Refusal[]
}

const TYPE_BY_URL = new Map<string, ResourceType>(RESOURCE_TYPES.map((type) => [codec(type).typeUrl, type]))

/** What others refer to comes first: clusters and certificates, then listeners, then routes. Removals go backwards. */
const ORDER = RESOURCE_TYPES

export class Conversation {
  readonly #catalogue: Catalogue
  readonly #subscriptions = new Map<ResourceType, Subscription>()
  #responses = 0
  #node: envoy.config.core.v3.Node | undefined

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  /** Who is at the other end; known from the first request on. */
  get nodeId(): string {
    return this.#node?.id ?? ''
  }

  holds(resource: Resource): boolean {
    return this.#subscriptions.get(resource.type)?.holds(resource) === true
  }

  /** How many resources of a type Envoy has confirmed. */
  heldCount(type: ResourceType): number {
    return this.#subscriptions.get(type)?.heldNames.size ?? 0
  }

  /** A request subscribes, unsubscribes, acknowledges or refuses, or does several of these at once. */
  receive(request: DeltaRequest): Turn {
    this.#node ??= request.node
    const type = TYPE_BY_URL.get(request.type_url ?? '')
    if (type === undefined) return { responses: [], acknowledged: [], refused: [] }
    const known = this.#subscriptions.get(type)
    if (known === undefined) {
      // A nonce here belongs to an earlier stream and means nothing.
      return this.#begin(type, request)
    }
    const turn = this.#settle(type, known, request)
    return { ...turn, responses: [...turn.responses, ...this.#resubscribe(type, known, request)] }
  }

  /** The catalogue has changed: sends what Envoy wants of it, in an order in which nothing refers to what is missing. */
  change(changed: readonly ResourceKey[]): readonly DeltaResponse[] {
    const responses: DeltaResponse[] = []
    const removals: DeltaResponse[] = []
    for (const type of ORDER) {
      const subscription = this.#subscriptions.get(type)
      if (subscription === undefined) continue
      const names = changed.filter((key) => key.type === type).map(({ name }) => name)
      responses.push(...this.#put(type, subscription, names))
      const gone = names.filter((name) => subscription.knows(name) && this.#catalogue.find(type, name) === undefined)
      if (gone.length > 0) removals.unshift(this.#send(type, subscription, { resources: [], removed: gone }))
    }
    return [...responses, ...removals]
  }

  #begin(type: ResourceType, request: DeltaRequest): Turn {
    const names = request.resource_names_subscribe ?? []
    const subscription = new Subscription(type, names, request.initial_resource_versions ?? {})
    this.#subscriptions.set(type, subscription)
    for (const name of names) subscription.subscribe(name)
    const listed = [...this.#catalogue.list(type)].map(({ name }) => name)
    const resources = this.#due(type, subscription, subscription.wildcard ? [...names, ...listed] : names)
    const absent = new Set([...names, ...subscription.heldNames])
    const removed = [...absent].filter((name) => name !== '*' && this.#catalogue.find(type, name) === undefined)
    // The first response is sent even when it is empty: Envoy does not go on to the next type before it.
    const responses = [this.#send(type, subscription, { resources, removed: [] })]
    if (removed.length > 0) responses.push(this.#send(type, subscription, { resources: [], removed }))
    // What it brought from an earlier stream and is still current counts as confirmed.
    const current = [...subscription.heldNames].filter((name) => {
      const resource = this.#catalogue.find(type, name)
      return resource !== undefined && subscription.holds(resource)
    })
    return { responses, acknowledged: current.map((name) => ({ type, name })), refused: [] }
  }

  #resubscribe(type: ResourceType, subscription: Subscription, request: DeltaRequest): readonly DeltaResponse[] {
    const dropped = request.resource_names_unsubscribe ?? []
    for (const name of dropped) subscription.unsubscribe(name)
    const names = request.resource_names_subscribe ?? []
    for (const name of names) {
      subscription.subscribe(name)
      // Asked for anew means that Envoy does not have it, whatever we believe.
      subscription.forget(name)
    }
    const listed = names.includes('*') ? [...this.#catalogue.list(type)].map(({ name }) => name) : []
    const absent = names.filter((name) => name !== '*' && this.#catalogue.find(type, name) === undefined)
    return [
      ...this.#put(type, subscription, [...dropped, ...names, ...listed]),
      ...(absent.length === 0 ? [] : [this.#send(type, subscription, { resources: [], removed: absent })]),
    ]
  }

  #settle(type: ResourceType, subscription: Subscription, request: DeltaRequest): Turn {
    const batch = subscription.takePending(request.response_nonce ?? '')
    if (batch === undefined) return { responses: [], acknowledged: [], refused: [] }
    if (request.error_detail === undefined) {
      subscription.markHeld(batch)
      const acknowledged = batch.resources.map(({ name }) => ({ type, name }))
      return { responses: [], acknowledged, refused: [] }
    }
    return this.#isolate(type, subscription, batch, request.error_detail.message ?? '')
  }

  /**
   * Envoy refuses a response as a whole, and even where it applied a part it does not record that. Halving what was
   * refused finds the bad resource in a few rounds, and everything else is sent again and recorded.
   */
  #isolate(type: ResourceType, subscription: Subscription, batch: Batch, message: string): Turn {
    const [only, ...others] = batch.resources
    if (only !== undefined && others.length === 0) {
      subscription.markRefused(only)
      return { responses: [], acknowledged: [], refused: [{ resource: only, message }] }
    }
    // What has changed or gone in the meantime was sent on its own.
    const current = batch.resources.filter((resource) => subscription.isLatest(resource))
    const middle = Math.ceil(current.length / 2)
    const halves = [current.slice(0, middle), current.slice(middle)].filter((half) => half.length > 0)
    const responses = halves.map((resources) => this.#send(type, subscription, { resources, removed: [] }))
    return { responses, acknowledged: [], refused: [] }
  }

  #due(type: ResourceType, subscription: Subscription, names: readonly string[]): readonly Resource[] {
    const resources = [...new Set(names)].map((name) => this.#catalogue.find(type, name))
    return resources.filter((resource) => resource !== undefined && subscription.isDue(resource)) as Resource[]
  }

  #put(type: ResourceType, subscription: Subscription, names: readonly string[]): readonly DeltaResponse[] {
    const resources = this.#due(type, subscription, names)
    return resources.length === 0 ? [] : [this.#send(type, subscription, { resources, removed: [] })]
  }

  #send(type: ResourceType, subscription: Subscription, batch: Batch): DeltaResponse {
    const nonce = String(++this.#responses)
    subscription.markSent(nonce, batch)
    return {
      type_url: codec(type).typeUrl,
      nonce,
      system_version_info: nonce,
      resources: batch.resources.map(({ name, version, body }) => ({ name, version, resource: body })),
      removed_resources: batch.removed,
    }
  }
}
