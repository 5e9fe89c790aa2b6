/** What keys do to the screen. Deciding about a review is not among it: see `status-screen.ts`. */
import { GUIDES } from './guides.ts'
import type { Key } from './keys.ts'
import { type Model, type Pane, PANES } from './model.ts'
import { cursorOf, itemCount, needsGuide, shownCalls, tunnelAt } from './shown.ts'

/** What a key asks of the outside. */
export type Effect = { readonly kind: 'quit' } | { readonly kind: 'copy'; readonly text: string }

export interface Pressed {
  readonly model: Model
  readonly effect?: Effect
}

const FLASH_MS = 4000
const MAX_FILTER = 100
/** Lines that a page key moves by, where a pane is taller than this. */
const PAGE = 10

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const ENTER = new Set(['\r', '\n'])
const BACKSPACE = new Set(['\u007f', '\b'])

export function press(model: Model, key: Key): Pressed {
  if (typeof key === 'object' && 'char' in key && [CTRL_C, CTRL_D].includes(key.char)) {
    return { model, effect: { kind: 'quit' } }
  }
  if (model.isTyping) return { model: typeFilter(model, key) }
  if (typeof key === 'object') return 'char' in key ? pressChar(model, key.char) : { model }
  switch (key) {
    case 'up':
      return { model: move(model, -1) }
    case 'down':
      return { model: move(model, 1) }
    case 'page up':
      return { model: move(model, -PAGE) }
    case 'page down':
      return { model: move(model, PAGE) }
    case 'home':
      return { model: move(model, -Infinity) }
    case 'end':
      return { model: move(model, Infinity) }
    case 'left':
      return { model: turnGuide(model, -1) }
    case 'right':
      return { model: turnGuide(model, 1) }
    case 'back tab':
      return { model: turnFocus(model, -1) }
    case 'escape':
      return { model: goBack(model) }
  }
}

function pressChar(model: Model, char: string): Pressed {
  if (ENTER.has(char)) return { model: enter(model) }
  switch (char) {
    case 'q':
    case 'Q':
      return { model, effect: { kind: 'quit' } }
    case 'j':
      return { model: move(model, 1) }
    case 'k':
      return { model: move(model, -1) }
    case 'g':
      return { model: move(model, -Infinity) }
    case 'G':
      return { model: move(model, Infinity) }
    case ' ':
      return { model: move(model, PAGE) }
    case '\t':
      return { model: turnFocus(model, 1) }
    case 'h':
      return { model: hide(model) }
    case 'n':
      return { model: turnGuide(model, 1) }
    case 'p':
      return { model: { ...model, paused: model.paused === undefined ? model.calls : undefined } }
    case '/':
      return { model: { ...show(model, 'calls'), overlay: undefined, isTyping: true } }
    case '?':
      return { model: { ...model, overlay: model.overlay?.kind === 'help' ? undefined : { kind: 'help', scroll: 0 } } }
    case 'o':
      return { model: tunnelAt(model) === undefined ? model : { ...model, overlay: { kind: 'qr' } } }
    case 'c':
      return copyUrl(model)
    default: {
      const pane = PANES[Number(char) - 1]
      return { model: pane === undefined ? model : { ...show(model, pane), overlay: undefined } }
    }
  }
}

function copyUrl(model: Model): Pressed {
  const tunnel = tunnelAt(model)
  if (tunnel === undefined) return { model }
  const flash = { text: 'The URL is in the clipboard, if your terminal allows it', untilMs: model.nowMs + FLASH_MS }
  return { model: { ...model, flash }, effect: { kind: 'copy', text: tunnel.url } }
}

function typeFilter(model: Model, key: Key): Model {
  if (key === 'escape') return { ...model, isTyping: false, filter: '' }
  if (typeof key === 'string' || 'mouse' in key) return model
  const text = 'char' in key ? key.char : key.pasted
  if (ENTER.has(text)) return { ...model, isTyping: false }
  if (BACKSPACE.has(text)) return { ...model, filter: model.filter.replace(/.$/u, '') }
  if (/\p{C}/u.test(text)) return model
  return { ...model, filter: (model.filter + text).slice(0, MAX_FILTER), call: undefined }
}

/** Escape: one step back at a time. */
function goBack(model: Model): Model {
  if (model.overlay !== undefined) return { ...model, overlay: undefined }
  if (model.filter !== '') return { ...model, filter: '' }
  return { ...model, call: undefined, paused: undefined, hidden: new Set() }
}

function enter(model: Model): Model {
  if (model.overlay !== undefined) return { ...model, overlay: undefined }
  if (model.focus === 'tunnels') return tunnelAt(model) === undefined ? model : { ...model, overlay: { kind: 'qr' } }
  if (model.focus !== 'calls') return model
  const call = shownCalls(model)[cursorOf(model, 'calls')]
  if (call === undefined) return needsGuide(model) ? { ...model, overlay: { kind: 'guide', scroll: 0 } } : model
  return { ...model, call: call.requestId, overlay: { kind: 'call', requestId: call.requestId, scroll: 0 } }
}

function move(model: Model, step: number): Model {
  const { overlay } = model
  if (overlay?.kind === 'qr') return model
  if (overlay !== undefined) return { ...model, overlay: { ...overlay, scroll: clamp(overlay.scroll + step, 400) } }
  return moveTo(model, model.focus, cursorOf(model, model.focus) + step)
}

/** To a line of a pane, as far as there are so many. */
export function moveTo(model: Model, pane: Pane, at: number): Model {
  const index = clamp(at, itemCount(model, pane) - 1)
  if (pane !== 'calls') return { ...model, cursors: { ...model.cursors, [pane]: index } }
  // At the very top the newest one is followed.
  return { ...model, call: index === 0 ? undefined : shownCalls(model)[index]?.requestId }
}

/** A click: into the pane, onto the line where there is one. */
export function clickOn(model: Model, pane: Pane, item: number | undefined): Model {
  if (model.isTyping) return model
  const focused = { ...model, focus: pane }
  if (item === undefined) return focused
  if (pane === 'calls' && model.focus === 'calls' && cursorOf(model, 'calls') === item) return enter(focused)
  return moveTo(focused, pane, item)
}

export function wheel(model: Model, pane: Pane | undefined, step: number): Model {
  if (model.overlay !== undefined) return move(model, step)
  return pane === undefined ? model : moveTo(model, pane, cursorOf(model, pane) + step)
}

const clamp = (at: number, last: number): number => Math.max(0, Math.min(at, last))

function show(model: Model, pane: Pane): Model {
  const hidden = new Set(model.hidden)
  hidden.delete(pane)
  return { ...model, hidden, focus: pane }
}

function hide(model: Model): Model {
  const hidden = new Set([...model.hidden, model.focus])
  return hidden.size === PANES.length ? model : turnFocus({ ...model, hidden }, 1)
}

function turnFocus(model: Model, step: 1 | -1): Model {
  const start = PANES.indexOf(model.focus)
  const order = [1, 2, 3, 4].map((count) => PANES.at((start + step * count) % PANES.length))
  const next = order.find((pane) => pane !== undefined && !model.hidden.has(pane)) ?? model.focus
  return { ...model, focus: next, overlay: undefined }
}

function turnGuide(model: Model, step: 1 | -1): Model {
  return { ...model, guide: (model.guide + step + GUIDES.length) % GUIDES.length }
}
