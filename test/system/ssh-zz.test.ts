import { createServer } from 'node:http'
import { once } from 'node:events'
import { createServer as net, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { ann, openHarbour, until } from '../../control-plane/ssh/dock.fixture.ts'
test('modes under load', async () => {
  await using harbour = await openHarbour({})
  const key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
  const rude = net((s) => { s.on('error', () => {}); s.once('data', () => s.destroy()) }).listen(0, '127.0.0.1')
  await once(rude, 'listening')
  const rp = (rude.address() as AddressInfo).port
  const http = createServer((_q, r) => { r.end('x') }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const hp = (http.address() as AddressInfo).port
  let n = 0
  const burn = setInterval(() => { const t = performance.now(); while (performance.now() - t < 15); }, 20)
  for (let round = 0; round < 15; round++) {
    const forms: [string, string][] = []
    for (let i = 0; i < 4; i++) { forms.push([`d${n++}:9000`, 'dynamic']); forms.push([`s${n++}:9000:localhost:${hp}`, 'static']); forms.push([`r${n++}:9000:localhost:${rp}`, 'static']) }
    const runs = forms.map(([f]) => harbour.ssh([key], '-N', '-R', f, '127.0.0.1'))
    for (const [f, mode] of forms) { const c = await harbour.board.served(`${f.split(':')[0]}-${ann.tunnelName}`); expect([f, c.mode]).toEqual([f, mode]) }
    for (const r of runs) r.process.kill('SIGKILL')
    await until('none', () => harbour.board.live.size === 0)
  }
  clearInterval(burn)
  rude.close(); http.close()
  console.log('ok', n)
}, 120000)
