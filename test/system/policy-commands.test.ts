/** Asking the policy why, and what if: `sallyport explain` and `sallyport test`, on the examples of the repository. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { runCommand } from './support/gateway.ts'

const CONFIG = 'examples/policies/sallyport.yaml'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-cases-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('explain prints the verdict, every rule, and where the one that decides stands', async () => {
  const words = ['explain', '--config', CONFIG, '--route', 'team', '--user', 'ann@example.com', '--tool']

  const allowed = await runCommand([...words, 'read'])
  const denied = await runCommand([...words, 'drop'])
  const stepUp = await runCommand([...words, 'write', '--groups', 'operators', '--args', '{"path":"~/project/a"}'])

  expect(allowed).toMatchObject({ code: 0, stderr: '' })
  expect(allowed.stdout).toMatch(/^ALLOW\n/)
  expect(allowed.stdout).toMatch(/→ allow and: true +examples\/policies\/sallyport\.yaml:8:11/)
  expect(allowed.stdout).toMatch(/mcp_tool: true \(mcp-tool-match\) +examples\/policies\/sallyport\.yaml:10:/)
  expect(denied.stdout).toMatch(/^DENY\n/)
  expect(denied.stdout).toContain('No rule allows it.')
  expect(stepUp.stdout).toMatch(/^STEP UP to team:write\n/)
})

test('explain prints JSON for programs, and says what is wrong with a question', async () => {
  const words = ['explain', '--config', CONFIG, '--route', 'team', '--user', 'usr_1', '--json']

  expect(JSON.parse((await runCommand(words)).stdout)).toMatchObject({ allowed: false, blocks: expect.any(Array) })
  for (const wrong of [
    ['--route', 'nowhere'],
    ['--args', '[1]'],
    ['--claim', 'x'],
    ['--annotation', 'readOnlyHint=maybe'],
    ['--at', 'noon'],
  ]) {
    const answer = await runCommand([...words, ...wrong])
    expect([wrong[0], answer.code]).toEqual([wrong[0], 2])
    expect(answer.stderr).toContain('hint:')
  }
})

test('cases of a folder are run, with an exit code for a CI', async () => {
  const wrong = join(folder, 'wrong.yaml')
  await writeFile(wrong, 'cases:\n  - name: wrong\n    given: { route: team, tool: read }\n    expect: allow\n')
  const broken = join(folder, 'broken.yaml')
  await writeFile(broken, 'cases:\n  - name: broken\n    given: { rout: team }\n    expect: maybe\n')

  const good = await runCommand(['test', 'examples/policies/cases'])
  const failed = await runCommand(['test', wrong, '--config', CONFIG])
  const unreadable = await runCommand(['test', broken, '--config', CONFIG])

  expect(good).toMatchObject({ code: 0, stdout: '6 passed, 0 failed\n' })
  expect(failed.code).toBe(1)
  expect(failed.stdout).toContain(`✗ ${wrong}:2:5  wrong: expected allow, but it is deny`)
  expect(unreadable.code).toBe(2)
  expect(unreadable.stderr).toContain(`${broken}:4:`)
})

test('a configuration beside its cases is skipped, with a word; alone it is no file of cases', async () => {
  const beside = await mkdtemp(join(folder, 'beside-'))
  await copyFile(CONFIG, join(beside, 'sallyport.yaml'))
  const cases = '  - { name: nobody, given: { route: team, tool: read }, expect: deny }\n'
  await writeFile(join(beside, 'cases.yaml'), `config: sallyport.yaml\ncases:\n${cases}`)

  const both = await runCommand(['test', beside])
  const alone = await runCommand(['test', join(beside, 'sallyport.yaml')])

  expect(both).toMatchObject({ code: 0, stderr: '' })
  expect(both.stdout).toMatch(
    /^- .*sallyport\.yaml: a configuration, not a file of cases, so it was skipped\n1 passed, 0 failed\n$/,
  )
  expect(alone.code).toBe(2)
  expect(alone.stdout).toContain('a configuration, not a file of cases')
})

test('replay over a folder without a store says so', async () => {
  const answer = await runCommand(['replay', '--policy', CONFIG], { ...process.env, SALLYPORT_DATA: folder })

  expect(answer.code).toBe(2)
  expect(answer.stderr).toContain('There is no store')
  expect((await runCommand(['replay', '--policy', CONFIG, '--since', 'yesterday'])).code).toBe(2)
})
