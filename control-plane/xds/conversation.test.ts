import { describe, expect, test } from 'vitest'

import { codec } from '../../proto/codec.ts'
import { Conversation, type DeltaRequest, type DeltaResponse, type Turn } from './conversation.ts'
import { CLUSTER, LISTENER, resourceOf, type Resource, type ResourceType } from './resource.ts'
import { snapshotOf } from './snapshot.ts'

const ROUTES = 'envoy.config.route.v3.RouteConfiguration'
const SECRET = 'envoy.extensions.transport_sockets.tls.v3.Secret'

/** Content differs by `revision`, and with it the version. */
const cluster = (name: string, revision = 1): Resource =>
  resourceOf(CLUSTER, { name, connect_timeout: { seconds: revision } })
const listener = (name: string): Resource => resourceOf(LISTENER, { name })
const routes = (name: string): Resource => resourceOf(ROUTES, { name })
const secret = (name: string): Resource => resourceOf(SECRET, { name })

/** One Envoy's end of the stream, written as what it says; a response prints as `Cluster +a +b -c #nonce`. */
class Script {
  #snapshot
  readonly #conversation

  constructor(...resources: readonly Resource[]) {
    this.#snapshot = snapshotOf(resources)
    this.#conversation = new Conversation({
      find: (type, name) => this.#snapshot.find(type, name),
      list: (type) => this.#snapshot.list(type),
    })
  }

  holds(resource: Resource): boolean {
    return this.#conversation.holds(resource)
  }

  says(type: ResourceType, request: Omit<DeltaRequest, 'type_url'> = {}): readonly string[] {
    return this.turn(type, request).responses.map(print)
  }

  turn(type: ResourceType, request: Omit<DeltaRequest, 'type_url'>): Turn {
    return this.#conversation.receive({ type_url: codec(type).typeUrl, ...request })
  }

  refuses(type: ResourceType, nonce: string, message = 'bad'): Turn {
    return this.turn(type, { response_nonce: nonce, error_detail: { code: 13, message } })
  }

  /** The catalogue now holds exactly these; `changed` is what we are told has changed. */
  becomes(resources: readonly Resource[], changed: readonly Resource[]): readonly string[] {
    this.#snapshot = snapshotOf(resources)
    return this.#conversation.change(changed.map(({ type, name }) => ({ type, name }))).map(print)
  }
}

const print = ({ type_url: url = '', nonce, resources = [], removed_resources: removed = [] }: DeltaResponse): string =>
  [
    url.split('.').at(-1),
    ...resources.map(({ name }) => `+${name}`),
    ...removed.map((name) => `-${name}`),
    `#${nonce}`,
  ].join(' ')

describe('Conversation: connecting', () => {
  test('an empty first request for clusters asks for all of them', () => {
    const script = new Script(cluster('a'), cluster('b'), listener('l'))

    expect(script.says(CLUSTER)).toEqual(['Cluster +a +b #1'])
  })

  test('a first request is answered even when there is nothing, or Envoy would wait', () => {
    expect(new Script().says(LISTENER)).toEqual(['Listener #1'])
  })

  test('an empty first request for routes or secrets asks for none', () => {
    expect(new Script(routes('r')).says(ROUTES)).toEqual(['RouteConfiguration #1'])
  })

  test('names are answered with what exists and what does not', () => {
    const script = new Script(secret('s'))

    expect(script.says(SECRET, { resource_names_subscribe: ['s', 'none'] })).toEqual([
      'Secret +s #1',
      'Secret -none #2',
    ])
  })

  test('an unknown type is ignored', () => {
    const conversation = new Conversation(snapshotOf([]))

    expect(conversation.receive({ type_url: 'type.googleapis.com/envoy.config.other' }).responses).toEqual([])
  })

  test('what Envoy brings from an earlier stream is not sent again, and what is gone is removed', () => {
    const [a, b] = [cluster('a'), cluster('b', 2)]
    const script = new Script(a, b)
    const initial = { a: a.version, b: cluster('b', 1).version, gone: 'x' }

    const turn = script.turn(CLUSTER, { initial_resource_versions: initial, response_nonce: '7' })

    expect(turn.responses.map(print)).toEqual(['Cluster +b #1', 'Cluster -gone #2'])
    expect(turn.acknowledged).toEqual([{ type: CLUSTER, name: 'a' }])
    expect([script.holds(a), script.holds(b)]).toEqual([true, false])
  })
})

describe('Conversation: acknowledging', () => {
  test('holds() is true from the acknowledgement on', () => {
    const a = cluster('a')
    const script = new Script(a)
    script.says(CLUSTER)

    const before = script.holds(a)
    const turn = script.turn(CLUSTER, { response_nonce: '1' })

    expect(before).toBe(false)
    expect(turn).toEqual({ responses: [], acknowledged: [{ type: CLUSTER, name: 'a' }], refused: [] })
    expect(script.holds(a)).toBe(true)
  })

  test('a nonce that is not ours, or settled before, changes nothing', () => {
    const a = cluster('a')
    const script = new Script(a)
    script.says(CLUSTER)

    const stale = script.turn(CLUSTER, { response_nonce: '99' })
    script.turn(CLUSTER, { response_nonce: '1' })
    const twice = script.refuses(CLUSTER, '1')

    expect(stale.acknowledged).toEqual([])
    expect(twice).toEqual({ responses: [], acknowledged: [], refused: [] })
    expect(script.holds(a)).toBe(true)
  })

  test('an acknowledgement of an overtaken version does not count for the newer one', () => {
    const newer = cluster('a', 2)
    const script = new Script(cluster('a', 1))
    script.says(CLUSTER)
    script.becomes([newer], [newer])

    script.turn(CLUSTER, { response_nonce: '1' })
    const early = script.holds(newer)
    script.turn(CLUSTER, { response_nonce: '2' })

    expect([early, script.holds(newer)]).toEqual([false, true])
  })
})

describe('Conversation: refusing', () => {
  test('the bad one among many is found by halving, and the others are sent again', () => {
    const names = ['a', 'b', 'bad', 'd', 'e']
    const script = new Script(...names.map((name) => cluster(name)))
    const sent = new Map<string, readonly string[]>()
    const remember = (responses: readonly DeltaResponse[]): void => {
      for (const { nonce = '', resources = [] } of responses)
        sent.set(
          nonce,
          resources.map(({ name = '' }) => name),
        )
    }
    remember(script.turn(CLUSTER, {}).responses)

    const refused: string[] = []
    for (const [nonce, carried] of sent) {
      const turn = carried.includes('bad')
        ? script.refuses(CLUSTER, nonce)
        : script.turn(CLUSTER, { response_nonce: nonce })
      remember(turn.responses)
      refused.push(...turn.refused.map(({ resource, message }) => `${resource.name}: ${message}`))
    }

    expect(refused).toEqual(['bad: bad'])
    expect(names.filter((name) => script.holds(cluster(name)))).toEqual(['a', 'b', 'd', 'e'])
    expect(sent.size).toBeLessThan(8)
  })

  test('a refused version is not sent again, the next one is', () => {
    const script = new Script(cluster('a', 1))
    script.says(CLUSTER)
    script.refuses(CLUSTER, '1')

    const same = script.becomes([cluster('a', 1)], [cluster('a', 1)])
    const next = script.becomes([cluster('a', 2)], [cluster('a', 2)])

    expect([same, next]).toEqual([[], ['Cluster +a #2']])
  })

  test('after a refused change Envoy still holds the old version, so going back sends nothing', () => {
    const [good, bad] = [cluster('a', 1), cluster('a', 2)]
    const script = new Script(good)
    script.says(CLUSTER)
    script.turn(CLUSTER, { response_nonce: '1' })
    script.becomes([bad], [bad])
    script.refuses(CLUSTER, '2')

    expect(script.becomes([good], [good])).toEqual([])
    expect(script.holds(good)).toBe(true)
  })

  test('what has been replaced in the meantime is not sent again when its batch is refused', () => {
    const script = new Script(cluster('a', 1), cluster('b', 1))
    script.says(CLUSTER)
    script.becomes([cluster('a', 2), cluster('b', 1)], [cluster('a', 2)])

    expect(script.refuses(CLUSTER, '1').responses.map(print)).toEqual(['Cluster +b #3'])
  })
})

describe('Conversation: subscribing', () => {
  test('a name asked for anew is sent though it was sent before', () => {
    const script = new Script(routes('r'))
    script.says(ROUTES, { resource_names_subscribe: ['r'] })
    script.turn(ROUTES, { response_nonce: '1' })

    expect(script.says(ROUTES, { resource_names_subscribe: ['r'] })).toEqual(['RouteConfiguration +r #2'])
  })

  test('an unsubscribed name is no longer sent', () => {
    const script = new Script(routes('r'))
    script.says(ROUTES, { resource_names_subscribe: ['r'] })
    script.says(ROUTES, { resource_names_unsubscribe: ['r'] })

    expect(script.becomes([], [routes('r')])).toEqual([])
    expect(script.becomes([routes('r')], [routes('r')])).toEqual([])
  })

  test('a name unsubscribed under a wildcard is sent again, because Envoy has dropped it', () => {
    const script = new Script(cluster('a'))
    script.says(CLUSTER, { resource_names_subscribe: ['*', 'a'] })

    expect(script.says(CLUSTER, { resource_names_unsubscribe: ['a'] })).toEqual(['Cluster +a #2'])
  })

  test('a wildcard can be added and dropped', () => {
    const script = new Script(cluster('a'), cluster('b'))
    script.says(CLUSTER, { resource_names_subscribe: ['a'] })

    expect(script.says(CLUSTER, { resource_names_subscribe: ['*'] })).toEqual(['Cluster +b #2'])
    script.says(CLUSTER, { resource_names_unsubscribe: ['*'] })
    expect(script.becomes([cluster('a'), cluster('b', 2)], [cluster('b', 2)])).toEqual([])
  })
})

describe('Conversation: changes', () => {
  test('only what changed is sent', () => {
    const script = new Script(cluster('a'), cluster('b'))
    script.says(CLUSTER)

    expect(script.becomes([cluster('a'), cluster('b', 2), cluster('c')], [cluster('b', 2), cluster('c')])).toEqual([
      'Cluster +b +c #2',
    ])
  })

  test('clusters and secrets go before the listeners and routes that use them, removals the other way round', () => {
    const old = [cluster('old'), secret('old'), listener('old'), routes('old')]
    const script = new Script(...old)
    script.says(CLUSTER)
    script.says(LISTENER)
    script.says(SECRET, { resource_names_subscribe: ['old', 'new'] })
    script.says(ROUTES, { resource_names_subscribe: ['old', 'new'] })
    const fresh = [routes('new'), listener('new'), secret('new'), cluster('new')]

    const responses = script.becomes(fresh, [...old, ...fresh])

    expect(responses.map((text) => text.split(' #')[0])).toEqual([
      'Cluster +new',
      'Secret +new',
      'Listener +new',
      'RouteConfiguration +new',
      'RouteConfiguration -old',
      'Listener -old',
      'Secret -old',
      'Cluster -old',
    ])
  })

  test('what Envoy never had is not removed', () => {
    const script = new Script()
    script.says(CLUSTER)

    expect(script.becomes([], [cluster('a')])).toEqual([])
  })

  test('a type that Envoy has not asked for is not sent', () => {
    expect(new Script().becomes([listener('l')], [listener('l')])).toEqual([])
  })
})
