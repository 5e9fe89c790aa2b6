import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Conversation, type DeltaRequest, type DeltaResponse, type Turn } from './conversation.ts'
import type { EdgePlan } from './edge-plan.ts'
import { balanceClusterOf, clusterOf } from './names.ts'
import { CLUSTER, RESOURCE_TYPES, type Resource, type ResourceType } from './resource.ts'
import { changesBetween, snapshotOf, type Catalogue, type ResourceKey, type Snapshot } from './snapshot.ts'
import type { ConnectorEndpoint } from './translate-clusters.ts'
import { translateBalanceResource, translateConnectorResource, translatePlan } from './translate.ts'

export type ConnectorChange =
  | { readonly put: ConnectorEndpoint; readonly remove?: never }
  | { readonly remove: string; readonly put?: never }

/** One Envoy as operators see it. */
export interface EnvoyStatus {
  readonly nodeId: string
  /** Confirmed resources by type. */
  readonly held: Readonly<Record<ResourceType, number>>
}

/** One ADS stream; the transport feeds it. */
export interface XdsStream {
  receive(request: DeltaRequest): void
  /** Twice does no harm. */
  close(): void
}

const ACK_TIMEOUT_MS = 5000

/** What every connected Envoy is told: the plan, one cluster for each connector, and one for each route with several. */
export class Xds implements Catalogue {
  readonly #log: Log
  readonly #acknowledgements = new Acknowledgements()
  readonly #tunnels = new Map<string, Resource>()
  readonly #streams = new Map<Conversation, (response: DeltaResponse) => void>()
  /** Requests from before the first plan. Answered with nothing, they would make Envoy drop what it still has. */
  #early: (() => void)[] = []
  #snapshot: Snapshot | undefined

  constructor(options: { readonly log: Log }) {
    this.#log = options.log
  }

  /** Replaces what the configuration says. Only what differs is sent. */
  setPlan(plan: EdgePlan): void {
    const before = this.#snapshot ?? snapshotOf([])
    this.#snapshot = snapshotOf(translatePlan(plan, (name) => before.find(CLUSTER, name)))
    this.#publish(changesBetween(before, this.#snapshot))
    const early = this.#early
    this.#early = []
    for (const receive of early) receive()
  }

  /** A connector came, changed or went: one cluster, whatever the number of others. */
  setConnectors({ put, remove }: ConnectorChange): void {
    this.#setTunnel(clusterOf(put?.id ?? remove ?? ''), put && translateConnectorResource(put))
  }

  /** The connectors among which the requests to a route are spread; none: the route's cluster goes. */
  setBalance(route: string, connectors: readonly ConnectorEndpoint[]): void {
    const resource = connectors.length === 0 ? undefined : translateBalanceResource(route, connectors)
    this.#setTunnel(balanceClusterOf(route), resource)
  }

  #setTunnel(name: string, resource: Resource | undefined): void {
    if (resource !== undefined) this.#tunnels.set(name, resource)
    else {
      this.#tunnels.delete(name)
      this.#acknowledgements.break(name, new Fault('xds.cluster_removed', `Cluster "${name}" was removed`))
    }
    this.#publish([{ type: CLUSTER, name }])
  }

  /**
   * Resolves when every connected Envoy has confirmed the cluster's current version; while none is connected it waits.
   * Rejects when an Envoy refuses it, when it is removed, and after `timeoutMs` (5 s).
   */
  whenAcked(cluster: string, timeoutMs = ACK_TIMEOUT_MS): Promise<void> {
    const resource = this.find(CLUSTER, cluster)
    if (resource === undefined) {
      return Promise.reject(new Fault('xds.cluster_removed', `There is no cluster "${cluster}"`))
    }
    return this.#isAcked(resource) ? Promise.resolve() : this.#acknowledgements.wait(cluster, timeoutMs)
  }

  /** Number of Envoys with an open stream. */
  get connected(): number {
    return this.#streams.size
  }

  get status(): readonly EnvoyStatus[] {
    return [...this.#streams.keys()].map((conversation) => ({
      nodeId: conversation.nodeId,
      held: Object.fromEntries(
        RESOURCE_TYPES.map((type) => [type, conversation.heldCount(type)]),
      ) as EnvoyStatus['held'],
    }))
  }

  find(type: ResourceType, name: string): Resource | undefined {
    return this.#snapshot?.find(type, name) ?? (type === CLUSTER ? this.#tunnels.get(name) : undefined)
  }

  list(type: ResourceType): Iterable<Resource> {
    const planned = this.#snapshot?.list(type) ?? []
    return type === CLUSTER ? [...planned, ...this.#tunnels.values()] : planned
  }

  /** An Envoy has connected. `send` must not throw. */
  openStream(send: (response: DeltaResponse) => void): XdsStream {
    const conversation = new Conversation(this)
    this.#streams.set(conversation, send)
    this.#log.info('xds.connected', { envoys: this.#streams.size })
    const receive = (request: DeltaRequest): void => {
      if (!this.#streams.has(conversation)) return
      if (this.#snapshot === undefined) this.#early.push(() => receive(request))
      else this.#finish(conversation.receive(request), send)
    }
    return {
      receive,
      close: () => {
        if (!this.#streams.delete(conversation)) return
        this.#log.info('xds.disconnected', { node: conversation.nodeId, envoys: this.#streams.size })
        this.#review(this.#acknowledgements.clusters)
      },
    }
  }

  #publish(changed: readonly ResourceKey[]): void {
    if (this.#snapshot === undefined) return
    for (const [conversation, send] of this.#streams) {
      for (const response of conversation.change(changed)) send(response)
    }
  }

  #finish({ responses, acknowledged, refused }: Turn, send: (response: DeltaResponse) => void): void {
    for (const response of responses) send(response)
    for (const { resource, message } of refused) {
      const { type, name, version } = resource
      this.#log.error('xds.refused', { type, name, version, message })
      if (type !== CLUSTER) continue
      this.#acknowledgements.break(name, new Fault('xds.refused', `Envoy refused cluster "${name}": ${message}`))
    }
    this.#review(acknowledged.filter(({ type }) => type === CLUSTER).map(({ name }) => name))
  }

  #review(clusters: readonly string[]): void {
    for (const cluster of clusters) {
      const resource = this.find(CLUSTER, cluster)
      if (resource !== undefined && this.#isAcked(resource)) this.#acknowledgements.keep(cluster)
    }
  }

  #isAcked(resource: Resource): boolean {
    return this.#streams.size > 0 && [...this.#streams.keys()].every((conversation) => conversation.holds(resource))
  }
}
