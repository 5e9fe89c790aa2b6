import type { Resource, ResourceType } from './resource.ts'

/** Names one resource, whether it exists or not. */
export interface ResourceKey {
  readonly type: ResourceType
  readonly name: string
}

/** Where a conversation looks up what Envoy should have now. */
export interface Catalogue {
  find(type: ResourceType, name: string): Resource | undefined
  list(type: ResourceType): Iterable<Resource>
}

/** What the configuration says, whole and never changed; a new plan is a new snapshot. */
export interface Snapshot extends Catalogue {
  readonly resources: readonly Resource[]
}

export function snapshotOf(resources: readonly Resource[]): Snapshot {
  const byType = Map.groupBy(resources, ({ type }) => type)
  const byName = new Map([...byType].map(([type, all]) => [type, new Map(all.map((each) => [each.name, each]))]))
  return {
    resources,
    find: (type, name) => byName.get(type)?.get(name),
    list: (type) => byType.get(type) ?? [],
  }
}

/** What is new, different or gone in `after`. */
export function changesBetween(before: Snapshot, after: Snapshot): readonly ResourceKey[] {
  const put = after.resources.filter(({ type, name, version }) => before.find(type, name)?.version !== version)
  const gone = before.resources.filter(({ type, name }) => after.find(type, name) === undefined)
  return [...put, ...gone].map(({ type, name }) => ({ type, name }))
}
