/**
 * What exactly Envoy receives, as YAML that a person can review, and what Envoy says about it.
 * `npx vitest run -u test/golden` rewrites the files.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Resource } from '../../control-plane/xds/resource.ts'
import { translateConnectorResource, translatePlan } from '../../control-plane/xds/translate.ts'
import { locateEnvoy } from '../../envoy/locate.ts'
import { connector, hostModeOf, pathMode, placeholderTls } from './edge-plans.ts'
import { selfSigned } from './self-signed.ts'
import { renderGolden, renderStatic } from './render.ts'

test.each([
  ['path-mode', translatePlan(pathMode)],
  ['host-mode', translatePlan(hostModeOf(placeholderTls))],
  ['connector', [translateConnectorResource(connector)]],
])('translation of %s', async (name, resources) => {
  await expect(renderGolden(resources)).toMatchFileSnapshot(`${name}.yaml`)
})

describe('envoy --mode validate', () => {
  let folder: string
  let envoy: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golden-'))
    envoy = (await locateEnvoy()).path
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true }))

  async function validate(name: string, resources: readonly Resource[]): Promise<string> {
    const path = join(folder, `${name}.json`)
    await writeFile(path, renderStatic(resources))
    const args = ['--mode', 'validate', '-c', path, '--log-level', 'warn', '--concurrency', '1']
    const { stdout, stderr } = await promisify(execFile)(envoy, args)
    return stdout + stderr
  }

  test('accepts path mode with a connector', async () => {
    const said = await validate('path', [...translatePlan(pathMode), translateConnectorResource(connector)])

    expect(said).toContain(' OK')
  })

  test('accepts host mode with a certificate', async () => {
    const tls = await selfSigned('gateway.example.com', folder)

    const said = await validate('host', translatePlan(hostModeOf(tls)))

    expect(said).toContain(' OK')
  })
})
