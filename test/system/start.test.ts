import { execFileSync } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'

import { afterEach, expect, test } from 'vitest'

import { runCommand, startGateway, type TestGateway } from './support/gateway.ts'
import { until } from './support/until.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]()
})

async function start(): Promise<TestGateway> {
  const gateway = await startGateway()
  open.push(gateway)
  return gateway
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function envoyOf(gateway: TestGateway): Promise<number> {
  const pid = /"event":"envoy.started","pid":(\d+)/g
  return until('Envoy to be started', () => Number([...gateway.output().matchAll(pid)].at(-1)?.[1]) || undefined)
}

test('a start says where everything is, and keeps its secrets to itself', async () => {
  const gateway = await start()

  const said = gateway.output()
  expect(said).toContain(`Gateway        ${gateway.url}`)
  expect(said).toContain(`ssh -R 0 -p ${gateway.sshPort} localhost`)
  expect(said).toMatch(/SSH host keys +SHA256:[\w+/]{43} /)
  expect(said).toContain(gateway.dataFolder)
  for (const folder of ['.', 'keys', 'run'])
    expect((await stat(join(gateway.dataFolder, folder))).mode & 0o777).toBe(0o700)
  for (const key of ['secret.key', 'ssh_host_ed25519_key'])
    expect((await stat(join(gateway.dataFolder, 'keys', key))).mode & 0o777).toBe(0o600)
  for (const socket of ['control.sock', 'xds.sock', 'authorizer.sock', 'inspect.sock']) {
    expect((await stat(join(gateway.dataFolder, 'run', socket))).mode & 0o077).toBe(0)
  }
})

test('the host keys and the secret key survive a restart', async () => {
  const gateway = await start()
  const read = (): Promise<string[]> =>
    Promise.all(
      ['secret.key', 'ssh_host_ed25519_key', 'ssh_host_ecdsa_key', 'ssh_host_rsa_key'].map((key) =>
        readFile(join(gateway.dataFolder, 'keys', key), 'utf8'),
      ),
    )
  const before = await read()

  await gateway.restart()

  expect(await read()).toEqual(before)
})

test('host-keys prints what ssh-keyscan sees, for people, DNS and known_hosts', async () => {
  const gateway = await start()
  const seen = execFileSync('ssh-keyscan', ['-p', String(gateway.sshPort), '127.0.0.1'], { stdio: 'pipe' }).toString()

  const { stdout, code } = await gateway.command('host-keys')
  const named = await gateway.command('host-keys', '--host', 'gw.example.com')

  expect(code).toBe(0)
  const keys = seen.split('\n').filter((line) => line.startsWith('['))
  expect(keys).toHaveLength(3)
  for (const key of keys) expect(stdout).toContain(key.replace('127.0.0.1', 'localhost'))
  expect(named.stdout.match(/^gw\.example\.com IN SSHFP [134] 2 [0-9a-f]{64}$/gm)).toHaveLength(3)
})

test('host-keys of a data folder that was never used says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-new-'))

  const { stderr, code } = await runCommand(['host-keys'], { ...process.env, SALLYPORT_DATA: folder })

  expect(code).not.toBe(0)
  expect(stderr).toContain('There are no host keys yet')
})

test('SIGINT stops everything with exit code 0, Envoy too', async () => {
  const gateway = await start()
  const envoy = await envoyOf(gateway)

  expect(await gateway.stop('SIGINT')).toBe(0)

  expect(alive(envoy)).toBe(false)
})

test('kill -9 leaves no orphan Envoy', async () => {
  const gateway = await start()
  const envoy = await envoyOf(gateway)

  await gateway.stop('SIGKILL')

  await expect.poll(() => alive(envoy), { timeout: 10_000 }).toBe(false)
})

test('Envoy is restarted when it dies, and the log says so', async () => {
  const gateway = await start()
  const envoy = await envoyOf(gateway)

  process.kill(envoy, 'SIGKILL')

  await until('Envoy to be restarted', async () => (await envoyOf(gateway)) !== envoy)
  expect(gateway.output()).toContain('"event":"envoy.restarting"')
  await until(
    'the gateway to answer again',
    async () => (await fetch(`${gateway.url}/robots.txt`).catch(() => undefined))?.ok,
  )
})

test('a taken port is named, and the exit code is 3', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-taken-'))
  const env = { ...process.env, SALLYPORT_DATA: folder }
  for (const config of [
    `public_url: http://localhost:${port}`,
    `public_url: http://localhost:19999\nssh: { listen: ["127.0.0.1:${port}"] }`,
  ]) {
    const file = join(folder, 'sallyport.yaml')
    await writeFile(file, config)

    const { code, stderr } = await runCommand(['up'], { ...env, SALLYPORT_CONFIG: file })

    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}: the port is taken`))
  }
  taken.close()
})

test('a second gateway over the same data folder is refused', async () => {
  const gateway = await start()

  const { code, stderr } = await runCommand(['serve'], {
    ...process.env,
    SALLYPORT_DATA: gateway.dataFolder,
    SALLYPORT_PUBLIC_URL: 'http://localhost:19998',
  })

  expect(code).toBe(3)
  expect(stderr).toContain('A gateway is running over this data folder already')
})

test('check prints every problem with its place and a hint, and exits 2', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-check-'))
  const file = join(folder, 'sallyport.yaml')
  await writeFile(
    file,
    `public_url: http://gateway.example.com
tunnels: { mode: hots }
rotes: []
routes:
  - from: http://localhost:7800/a
    to: http://127.0.0.1:1
    policy:
      - alow:
          and:
            - email: { is: ann@example.com }
`,
  )

  const { code, stderr } = await runCommand(['check', file])

  expect(code).toBe(2)
  expect(stderr).toContain(`${file}:2:12`)
  expect(stderr).toMatch(/:3:1 {2}Unknown key "rotes"\n +hint: did you mean "routes"\?/)
})
