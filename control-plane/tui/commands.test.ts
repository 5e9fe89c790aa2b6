import { describe, expect, test } from 'vitest'

import { clickOn, press } from './commands.ts'
import type { Key, NamedKey } from './keys.ts'
import { initialModel, type Model, update } from './model.ts'
import { cursorOf, shownCalls } from './shown.ts'
import { callOf, NOON_MS, TUNNEL } from './status.fixture.ts'

const start: Model = Array.from({ length: 30 }, (_, number) =>
  callOf(number, { subject: number % 2 === 0 ? 'even' : 'odd', caller: `u${number}@example.com` }),
).reduce(
  (model, call) => update(model, { kind: 'call', call }),
  update(
    initialModel({
      title: 'Sallyport',
      person: 'ann@example.com',
      size: { columns: 80, rows: 24 },
      nowMs: NOON_MS,
    }),
    { kind: 'tunnel', tunnel: TUNNEL },
  ),
)
const NAMED: ReadonlySet<string> = new Set(['up', 'down', 'page up', 'back tab', 'escape'])
/** One character is typed; longer texts are the names of keys. */
const after = (...keys: readonly (string | Exclude<Key, string>)[]): Model =>
  keys.reduce<Model>((model, key) => press(model, keyOf(key)).model, start)

function keyOf(key: string | Exclude<Key, string>): Key {
  if (typeof key !== 'string') return key
  return NAMED.has(key) ? (key as NamedKey) : { char: key }
}

describe('press()', () => {
  test('moves in the calls, and the selected one stays selected when newer ones come', () => {
    const model = after('j', 'down', 'j', 'k')
    const later = update(model, { kind: 'call', call: callOf(99) })

    expect(shownCalls(later)[cursorOf(later, 'calls')]?.requestId).toBe('r27')
    expect(cursorOf(after('G'), 'calls')).toBe(29)
    expect(cursorOf(after('G', 'page up'), 'calls')).toBe(19)
    expect(after('G', 'g').call).toBeUndefined()
  })

  test('filters by words that all match; letters are text until the filter is done', () => {
    const typed = after('/', 'o', 'd', 'd', ' ', 'u', '1', 'q')

    expect(typed).toMatchObject({ isTyping: true, filter: 'odd u1q' })
    const done = press(press(typed, { char: '\u007f' }).model, { char: '\r' }).model
    expect(shownCalls(done).map(({ caller }) => caller)).toEqual(
      ['19', '17', '15', '13', '11', '1'].map((number) => `u${number}@example.com`),
    )
    expect(press(done, 'escape').model.filter).toBe('')
  })

  test('takes a paste into the filter, and nowhere else', () => {
    expect(after('/', { pasted: 'é' })).toMatchObject({ filter: 'é' })
    expect(after({ pasted: 'q' }, { pasted: 'p' })).toBe(start)
  })

  test('pauses what is shown, not what comes', () => {
    const paused = update(after('p'), { kind: 'call', call: callOf(99) })

    expect(shownCalls(paused)[0]?.requestId).toBe('r29')
    expect(shownCalls(press(paused, { char: 'p' }).model)[0]?.requestId).toBe('r99')
  })

  test('goes through panes that are not hidden', () => {
    expect(after('\t').focus).toBe('connections')
    expect(after('\t', '\t', '\t').focus).toBe('tunnels')
    expect(after('back tab').focus).toBe('tunnels')
    const hidden = after('3', 'h')
    expect(hidden).toMatchObject({ focus: 'log', hidden: new Set(['connections']) })
    expect(press(hidden, 'back tab').model.focus).toBe('calls')
    expect(press(hidden, { char: '3' }).model.hidden.size).toBe(0)
  })

  test('opens details on enter and goes back one step with each escape', () => {
    const open = after('/', 'o', 'd', 'd', '\r', '\r')

    expect(open.overlay).toMatchObject({ kind: 'call', requestId: 'r29' })
    const closed = press(open, 'escape').model
    expect(closed).toMatchObject({ overlay: undefined, filter: 'odd' })
    expect(press(closed, 'escape').model.filter).toBe('')
  })

  test('asks for the URL to be copied, and to quit', () => {
    expect(press(start, { char: 'c' }).effect).toEqual({ kind: 'copy', text: TUNNEL.url })
    expect(press(start, { char: 'q' }).effect).toEqual({ kind: 'quit' })
    expect(press(after('/'), { char: 'q' }).effect).toBeUndefined()
    expect(press(after('/'), { char: '\u0003' }).effect).toEqual({ kind: 'quit' })
  })
})

test('clickOn() focuses, selects, and opens on the second click', () => {
  const once = clickOn(start, 'calls', 3)

  expect(cursorOf(once, 'calls')).toBe(3)
  expect(clickOn(once, 'calls', 3).overlay).toMatchObject({ requestId: 'r26' })
  expect(clickOn(once, 'log', undefined).focus).toBe('log')
})
