import { expect, test } from 'vitest'

import { IssuerMetadata } from './issuer-metadata.ts'

const HOUR = 60 * 60_000

function open(answers: (string | Error)[]) {
  const clock = { atMs: 0, nowMs: () => clock.atMs }
  const asked: string[] = []
  const metadata = new IssuerMetadata('https://login.example.com/realms/a', {
    clock,
    read: async (url) => {
      asked.push(url)
      const answer = answers.shift() ?? new Error('No answer left')
      if (answer instanceof Error) throw answer
      return answer
    },
  })
  return { metadata, clock, asked }
}

test('nobody is asked before somebody needs to know, then once for all who wait, and not again for an hour', async () => {
  const { metadata, clock, asked } = open(['one', 'two'])
  expect(asked).toEqual([])

  expect(await Promise.all([metadata.get(), metadata.get()])).toEqual(['one', 'one'])
  clock.atMs = HOUR - 1
  expect(await metadata.get()).toBe('one')
  expect(asked).toEqual(['https://login.example.com/realms/a/.well-known/openid-configuration'])

  clock.atMs = HOUR
  expect(await metadata.get()).toBe('two')
})

test('after a failure the provider is left alone, for longer each time up to half a minute', async () => {
  const { metadata, clock, asked } = open([])
  const askedAtMs: number[] = []

  for (; clock.atMs <= 100_000; clock.atMs += 500) {
    await expect(metadata.get()).rejects.toThrow(/Cannot read|a moment ago/)
    if (asked.length > askedAtMs.length) askedAtMs.push(clock.atMs)
  }

  expect(askedAtMs).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000])
})

test('a document that is merely old goes on being used while the provider is down', async () => {
  const { metadata, clock } = open(['one', new Error('down'), 'two'])
  await metadata.get()
  clock.atMs = HOUR

  expect(await metadata.get()).toBe('one')
  clock.atMs += 999
  expect(await metadata.get()).toBe('one')
  clock.atMs += 1
  expect(await metadata.get()).toBe('two')
})

test('an issuer that ends in a slash has one slash before the well-known path', async () => {
  const asked: string[] = []
  const read = async (url: string): Promise<string> => String(asked.push(url))
  await new IssuerMetadata('https://acme.eu.auth0.com/', { clock: { nowMs: () => 0 }, read }).get()

  expect(asked).toEqual(['https://acme.eu.auth0.com/.well-known/openid-configuration'])
})
