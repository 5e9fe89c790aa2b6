/** Every configuration in the documentation loads as it stands there. */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { readEnvironment } from '../../control-plane/config/environment.ts'
import { loadConfiguration } from '../../control-plane/config/load.ts'
import { parseServersFile } from '../../tunnel-agent/servers-file.ts'
import { selfSigned } from '../golden/self-signed.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'))
  const { certificateChainPem, privateKeyPem } = await selfSigned('gateway.example.com', folder)
  writeFileSync(join(folder, 'fullchain.pem'), certificateChainPem)
  writeFileSync(join(folder, 'privkey.pem'), privateKeyPem.reveal())
})
afterAll(() => rmSync(folder, { recursive: true }))

const PUBLIC = `public_url: https://gateway.example.com
tls: { certificate: fullchain.pem, key: privkey.pem }
tunnels: { mode: host, domain: tunnels.example.com }
`

const pages = ['README.md', ...globSync('docs/**/*.md')]
const examples = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, text = ''], index) => ({ page, index, text }))
    // A fragment belongs into another one.
    .filter(({ text }) => /^[a-z_]+:/.test(text)),
)

test.each(examples)('$page, example $index', ({ text }) => {
  const named = [...text.matchAll(/(?:_file: |file: )([\w.-]+)/g)].map(([, name = '']) => name)
  for (const name of named) writeFileSync(join(folder, name), 'a secret')
  const variables = [...text.matchAll(/(?:_env: |env: )([A-Z_]+)/g)].map(([, name = '']) => [name, 'a secret'] as const)
  const here = text.replaceAll('/etc/sallyport/', '')
  const configFile = join(folder, 'sallyport.yaml')
  writeFileSync(configFile, here.startsWith('public_url:') ? here : PUBLIC + here)

  const environment = readEnvironment({ ...Object.fromEntries(variables), SALLYPORT_DATA: folder })

  expect(loadConfiguration({ ...environment, configFile }).warnings).toEqual([])
})

const serversFiles = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/```yaml\n(# servers\.yaml\n[\s\S]*?)```/g)].map(([, text = '']) => ({
    page,
    text,
  })),
)

test.each(serversFiles)('$page, servers of the agent', ({ text }) => {
  expect(parseServersFile(text, 'servers.yaml')).toMatchObject({ ok: true })
})

test('there are examples', () => {
  expect(serversFiles.length).toBeGreaterThan(0)
  expect(examples.length).toBeGreaterThan(5)
})
