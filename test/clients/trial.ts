import type { RealClient, Session } from './client.ts'
import { Home } from './home.ts'
import { isTokenRequest } from './recorder.ts'
import { TOOL_TEXT, type Stage } from './stage.ts'

export const STEPS = ['sign-in', 'consent', 'call', 'refresh', 'restart'] as const
export type Step = (typeof STEPS)[number]

export interface Trial {
  readonly client: RealClient
  readonly passed: readonly Step[]
  /** Of the step after the passed ones. */
  readonly failure?: unknown
  readonly skipped?: string
  readonly seconds: number
}

/** Runs a client through everything that has to work with it, and stops where it does not. */
export async function tryClient(client: RealClient, stage: Stage): Promise<Trial> {
  const startedAt = performance.now()
  const missing = await client.install()
  const seconds = (): number => (performance.now() - startedAt) / 1000
  if (missing !== undefined) return { client, passed: [], skipped: missing.reason, seconds: seconds() }
  await using home = await Home.create()
  const passed: Step[] = []
  try {
    await using session = await client.open({ stage, home })
    for await (const step of walk(session, stage)) passed.push(step)
    return { client, passed, seconds: seconds() }
  } catch (failure) {
    return { client, passed, failure, seconds: seconds() }
  }
}

async function* walk(session: Session, stage: Stage): AsyncGenerator<Step> {
  const { person } = stage
  const before = { signedIn: person.signedIn, allowed: person.allowed, from: stage.seen.length }
  const failure = await session.signIn().then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (person.signedIn === before.signedIn + 1) yield 'sign-in'
  if (failure !== undefined) throw failure.error
  if (person.allowed !== before.allowed + 1)
    throw new Error(`The person was asked ${person.allowed - before.allowed} times`)
  if (granted(stage, before.from, 'authorization_code') === 0) throw new Error('The client got no tokens for its code')
  yield 'consent'

  await expectCall(session)
  yield 'call'

  await expectRefresh(session, stage)
  yield 'refresh'

  await stage.restart()
  await expectCall(session)
  await expectRefresh(session, stage)
  yield 'restart'
}

async function expectCall(session: Session): Promise<void> {
  const shown = await session.call()
  if (!shown.includes(TOOL_TEXT)) throw new Error(`The tool's answer is not in what it shows:\n${shown}`)
}

/** A call with an expired token works, with new tokens and without the person. */
async function expectRefresh(session: Session, stage: Stage): Promise<void> {
  const from = stage.seen.length
  await (session.age === undefined ? stage.expire() : session.age())
  await expectCall(session)
  if (granted(stage, from, 'refresh_token') === 0) throw new Error('The client did not refresh')
  if (stage.seen.slice(from).some(({ target }) => target.startsWith('/oauth/authorize'))) {
    throw new Error('The client asked the person again')
  }
}

const granted = (stage: Stage, from: number, grant: string): number =>
  stage.seen
    .slice(from)
    .filter((exchange) => isTokenRequest(exchange) && exchange.status === 200)
    .filter(({ body }) => body.includes(`grant_type=${grant}`)).length
