import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ROUTE, type Message, type Recording } from '../oauth/recording.ts'
import type { RealClient } from './client.ts'
import { documentAt } from './documents.ts'
import { isTokenRequest, type Exchange } from './recorder.ts'
import type { Stage } from './stage.ts'

/** Where the document of the run stands in recordings. */
const DOCUMENT = 'https://localhost:7443/client.json'

const FOLDER = fileURLToPath(new URL('../oauth/recordings', import.meta.url))

/** Keeps what a client sent on its way to tokens: the bytes themselves, without what was secret or of this run. */
export async function keepRecording(client: RealClient, stage: Stage, seen: readonly Exchange[]): Promise<string> {
  const answered = seen.filter(({ method, status }) => method !== 'OPTIONS' && status < 400)
  const find = (path: string): Exchange | undefined => answered.find(({ target }) => target.split('?', 1)[0] === path)
  const findGrant = (grant: string): Exchange | undefined =>
    answered.find((exchange) => isTokenRequest(exchange) && exchange.body.includes(`grant_type=${grant}`))
  const authorize = find('/oauth/authorize')
  const token = findGrant('authorization_code')
  if (authorize === undefined || token === undefined) throw new Error('There is nothing to record')
  const registration = find('/oauth/register')
  const refresh = findGrant('refresh_token')
  const neutral = neutralizer(stage)
  const recording: Recording = {
    client: client.name,
    version: client.version,
    source: 'run',
    date: new Date().toISOString().slice(0, 10),
    path: pathOf(seen, neutral),
    ...(registration === undefined
      ? { document: documentAt(DOCUMENT) }
      : { registration: messageOf(registration, neutral) }),
    authorize: neutral(authorize.target.split('?')[1] ?? ''),
    token: messageOf(token, neutral),
    ...(refresh === undefined ? {} : { refresh: messageOf(refresh, neutral), refreshedAt: refresh.target }),
  }
  await mkdir(FOLDER, { recursive: true })
  const file = `${client.name}-${client.version}.json`
  await writeFile(join(FOLDER, file), `${JSON.stringify(recording, undefined, 2)}\n`)
  return file
}

/** Addresses of this run become those of the default set-up; secrets become as many x. */
function neutralizer(stage: Stage): (text: string) => string {
  const port = new URL(stage.origin).port
  return (text) =>
    text
      .replaceAll(`localhost:${port}`, 'localhost:7800')
      .replaceAll(`localhost%3A${port}`, 'localhost%3A7800')
      .replaceAll(stage.route, ROUTE)
      .replaceAll(SECRET, (_all, name: string, value: string) => `${name}=${'x'.repeat(value.length)}`)
}

const SECRET =
  /\b(code|code_verifier|code_challenge|state|nonce|refresh_token|client_id|client_secret|client_assertion)=([^&]*)/g

const KEPT_HEADERS = ['content-type', 'authorization', 'accept', 'origin', 'mcp-protocol-version']

function messageOf(exchange: Exchange, neutral: (text: string) => string): Message {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = exchange.headers[name]
    if (typeof value !== 'string') return []
    return [[name, name === 'authorization' ? value.replace(/ .*/, ' xxxx') : neutral(value)] as const]
  })
  return { headers: Object.fromEntries(headers), body: neutral(exchange.body) }
}

/** Which way it came, each address once. */
function pathOf(seen: readonly Exchange[], neutral: (text: string) => string): readonly string[] {
  const end = seen.findIndex(({ target }) => target === '/oauth/token')
  const lines = seen
    .slice(0, end + 1)
    .filter(({ target }) => !/^\/(?:sign-in|interaction)|^\/oauth\/authorize\//.test(target))
    .map(({ method, target, status }) => `${method} ${neutral(target.split('?')[0] ?? '')} ${status}`)
  return [...new Set(lines)]
}
