import { expect, test } from 'vitest'

import { ownedTask, TaskOwners } from './task-owners.ts'

const HOUR = 60 * 60_000
const ann = { route: 'team', userId: 'usr_ann', clientId: 'cli_1' }

test('a task is its maker’s, at its own route, through the client that made it', () => {
  const owners = new TaskOwners()
  owners.apply(ownedTask(ann, { taskId: 't', ttlMs: HOUR }, 0), 0)

  expect(owners.isOwner(ann, 't', 0)).toBe(true)
  expect(owners.isOwner({ ...ann, userId: 'usr_eve' }, 't', 0)).toBe(false)
  expect(owners.isOwner({ ...ann, clientId: 'cli_2' }, 't', 0)).toBe(false)
  expect(owners.isOwner({ ...ann, route: 'other' }, 't', 0)).toBe(false)
  expect(owners.isOwner(ann, 'other', 0)).toBe(false)
  expect([owners.hasTasks('team'), owners.hasTasks('other')]).toEqual([true, false])
})

test('a server cannot give a task to somebody else while it can live', () => {
  const owners = new TaskOwners()
  const task = { taskId: 't', ttlMs: HOUR }
  owners.apply(ownedTask(ann, task, 0), 0)
  const eve = { ...ann, userId: 'usr_eve' }

  expect(owners.apply(ownedTask(eve, task, 1), 1)).toBe(false)
  expect(owners.isOwner(ann, 't', 1)).toBe(true)
  expect(owners.apply(ownedTask(eve, task, 2 * HOUR), 2 * HOUR)).toBe(true)
})

test.each([
  [undefined, 25 * HOUR],
  [0, HOUR],
  [-5, HOUR],
  [HOUR, 2 * HOUR],
  [Number.MAX_SAFE_INTEGER, 30 * 24 * HOUR + HOUR],
])('a task with a time of %s is somebody’s until %d, and no longer', (ttlMs, endsAtMs) => {
  const owners = new TaskOwners()
  owners.apply(ownedTask(ann, { taskId: 't', ttlMs }, 0), 0)

  expect(owners.isOwner(ann, 't', endsAtMs - 1)).toBe(true)
  expect(owners.isOwner(ann, 't', endsAtMs)).toBe(false)
})

test('the server’s id is not kept', () => {
  expect(JSON.stringify(ownedTask(ann, { taskId: 'secret-task', ttlMs: 1 }, 0))).not.toContain('secret-task')
})
