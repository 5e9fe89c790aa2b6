import { expect, test } from 'vitest'

import type { Message } from './message.ts'
import { createdTaskIn, filterTasks, mayMakeTask, negotiatesTasks } from './task.ts'

const requestOf = (method: string, params: Readonly<Record<string, unknown>>): Message => ({
  kind: 'request',
  id: 1,
  method,
  params,
})
const EXTENSION = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

test.each<[string, object, object | undefined]>([
  ['2025-11-25', { task: { taskId: 't', ttl: 5 } }, { taskId: 't', ttlMs: 5 }],
  ['the extension', { resultType: 'task', taskId: 't', ttlMs: 5 }, { taskId: 't', ttlMs: 5 }],
  ['no time', { task: { taskId: 't', ttl: null } }, { taskId: 't', ttlMs: undefined }],
  ['a result that only names one', { taskId: 't' }, undefined],
  ['an empty id', { task: { taskId: '' } }, undefined],
  ['an id that is no text', { task: { taskId: 5 } }, undefined],
])('the task that an answer makes is found: %s', (_, result, task) => {
  expect(createdTaskIn(result as Readonly<Record<string, unknown>>)).toEqual(task)
})

test.each<[string, Message | undefined, boolean]>([
  ['a call that asks for one', requestOf('tools/call', { name: 'a', task: {} }), true],
  [
    'a call whose client takes one',
    requestOf('tools/call', { _meta: { 'io.modelcontextprotocol/clientCapabilities': EXTENSION } }),
    true,
  ],
  ['a call whose client takes none', requestOf('tools/call', { _meta: {} }), false],
  ['a call', requestOf('tools/call', {}), false],
  ['another method', requestOf('prompts/get', { task: {} }), false],
  ['no message', undefined, false],
])('whether a task may come of it: %s', (_, message, may) => {
  expect(mayMakeTask(message)).toBe(may)
})

test('a handshake that names the extension opens a session with tasks', () => {
  expect(negotiatesTasks(requestOf('initialize', { capabilities: EXTENSION }))).toBe(true)
  expect(negotiatesTasks(requestOf('initialize', { capabilities: { extensions: [] } }))).toBe(false)
  expect(negotiatesTasks(requestOf('ping', { capabilities: EXTENSION }))).toBe(false)
})

test('a list of tasks shows only the caller’s own, and what cannot be told is nobody’s', () => {
  const mine = { tasks: [{ taskId: 'mine' }] }

  expect(
    filterTasks({ tasks: [{ taskId: 'mine' }, { taskId: 'other' }, { taskId: 5 }, null] }, (id) => id === 'mine'),
  ).toEqual(mine)
  expect(filterTasks(mine, () => true)).toBe(mine)
  const noList = { tasks: 'none' }
  expect(filterTasks(noList, () => false)).toBe(noList)
})
