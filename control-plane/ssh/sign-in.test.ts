import { EventEmitter } from 'node:events'

import type { AuthContext } from 'ssh2'
import { describe, expect, test } from 'vitest'

import type { SignInDecision, SshAdmission } from '../identity/ssh-admission.ts'
import type { User } from '../identity/user.ts'
import { systemRandom } from '../kernel/random.ts'
import { err, ok } from '../kernel/result.ts'
import { createEd25519Key, fingerprintOf } from './host-key.ts'
import { SignIn } from './sign-in.ts'
import { REASONS } from './sign-in-text.ts'
import { SilentClients } from './silent-clients.ts'
import { utils } from './ssh2-parts.ts'

const ann: User = {
  id: 'usr_a',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: false,
  claims: {},
}
const BLOB = Buffer.from('session id and request')

function freshKey() {
  const key = utils.parseKey(createEd25519Key(systemRandom).reveal())
  if (key instanceof Error) throw key
  return { key, data: key.getPublicSSH(), fingerprint: fingerprintOf(key.getPublicSSH()) }
}

class Context extends EventEmitter {
  readonly said: string[] = []
  readonly username = 'ann'
  answer = (): void => {}
  readonly method: string
  constructor(method: string, fields: object = {}) {
    super()
    this.method = method
    Object.assign(this, fields)
  }
  accept(): void {
    this.said.push('accept')
  }
  reject(methods: readonly string[], partial?: boolean): void {
    this.said.push(`reject ${methods.join(',')}${partial === true ? ' partial' : ''}`)
  }
  prompt(_prompts: unknown, _title: string, text: string, answered: () => void): void {
    this.said.push(text)
    this.answer = answered
  }
}
const asked = (context: Context): AuthContext => context as unknown as AuthContext
const offerOf = (key: ReturnType<typeof freshKey>): Context =>
  new Context('publickey', { key: { algo: 'ssh-ed25519', data: key.data } })
const proofOf = (key: ReturnType<typeof freshKey>): Context =>
  new Context('publickey', { key: { algo: 'ssh-ed25519', data: key.data }, blob: BLOB, signature: key.key.sign(BLOB) })

function enter(options: { readonly bound?: string; readonly full?: boolean; readonly silent?: SilentClients } = {}) {
  const events: string[] = []
  const decided = Promise.withResolvers<SignInDecision>()
  const admission: SshAdmission = {
    findUserOfKey: (fingerprint) => (fingerprint === options.bound ? ann : undefined),
    openSignIn: (visitor) => {
      if (options.full === true) return err('too_many')
      events.push(`ask about ${visitor.key?.fingerprint ?? 'no key'}`)
      const withdraw = (): void => void events.push('withdraw')
      return ok({ link: 'LINK', shortCode: 'CODE', expiresAtMs: 9, decided: decided.promise, withdraw })
    },
    onBound: () => () => {},
    signedIn: () => {},
    onRevoked: () => () => {},
  }
  const signIn = new SignIn({
    address: '192.0.2.1',
    admission,
    silent: options.silent ?? new SilentClients(),
    maxAttempts: 3,
    admitted: ({ user, key }) => events.push(`admit ${user.id} ${key?.fingerprint ?? 'no key'}`),
    waitUntil: (ms) => events.push(`wait ${ms}`),
    refuse: (reason) => events.push(reason),
    banner: (text) => events.push(text),
    publicUrl: 'http://localhost:7800',
  })
  return { signIn, events, decide: decided.resolve }
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('SignIn', () => {
  test('lets the offer of a bound key identify nobody', () => {
    const key = freshKey()
    const { signIn, events } = enter({ bound: key.fingerprint })
    const context = offerOf(key)

    signIn.answer(asked(context))

    expect(context.said).toEqual(['accept'])
    expect(events).toEqual([])
  })

  test('refuses a bound key with the signature of another', () => {
    const [key, other] = [freshKey(), freshKey()]
    const { signIn, events } = enter({ bound: key.fingerprint })
    const context = proofOf(key)
    Object.assign(context, { signature: other.key.sign(BLOB) })

    signIn.answer(asked(context))

    expect(context.said).toEqual(['reject publickey,keyboard-interactive'])
    expect(events).toEqual([])
  })

  test('fails an unbound key without partial success and admits the bound one after it', () => {
    const [unbound, bound] = [freshKey(), freshKey()]
    const { signIn, events } = enter({ bound: bound.fingerprint })
    const [first, second] = [proofOf(unbound), proofOf(bound)]

    signIn.answer(asked(first))
    signIn.answer(asked(second))

    expect(first.said).toEqual(['reject publickey,keyboard-interactive'])
    expect(second.said).toEqual(['accept'])
    expect(events).toEqual([
      'Signed in as ann@example.com. Your address stands on http://localhost:7800',
      `admit usr_a ${bound.fingerprint}`,
    ])
  })

  test('asks about the first proven key and admits after both the answer and the decision', async () => {
    const [first, second] = [freshKey(), freshKey()]
    const { signIn, events, decide } = enter()
    signIn.answer(asked(proofOf(first)))
    signIn.answer(asked(proofOf(second)))
    const context = new Context('keyboard-interactive')
    signIn.answer(asked(context))
    decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })
    await settled()
    expect(events).toEqual([`ask about ${first.fingerprint}`, 'wait 9'])

    context.answer()
    await settled()

    expect(events.at(-1)).toBe(`admit usr_a ${first.fingerprint}`)
    expect(context.said.at(-1)).toBe('accept')
    expect(context.said[0]).toMatch(/LINK[^]*CODE/)
  })

  test('withdraws the link when the client is gone, and a late decision admits nobody', async () => {
    const { signIn, events, decide } = enter()
    const context = new Context('keyboard-interactive')
    signIn.answer(asked(context))
    context.answer()

    signIn.gone()
    decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })
    await settled()

    expect(events).toEqual(['ask about no key', 'wait 9', 'withdraw'])
    expect(context.said).toHaveLength(1)
  })

  test('voids a question that the client gave up for another method', async () => {
    const { signIn, events, decide } = enter()
    const context = new Context('keyboard-interactive')
    signIn.answer(asked(context))

    context.emit('abort')
    context.answer()
    decide({ kind: 'authorized', user: ann, sessionId: 'ses_1' })
    await settled()

    expect(events.at(-1)).toBe('withdraw')
    expect(context.said).toHaveLength(1)
  })

  test.each([
    ['denied', REASONS.denied],
    ['expired', REASONS.expired],
  ] as const)('says %s', async (kind, reason) => {
    const { signIn, events, decide } = enter()
    const context = new Context('keyboard-interactive')
    signIn.answer(asked(context))
    context.answer()

    decide({ kind })
    await settled()

    expect(events.at(-1)).toBe(reason)
  })

  test('says that too many sign-ins are open', () => {
    const { signIn, events } = enter({ full: true })

    signIn.answer(asked(new Context('keyboard-interactive')))

    expect(events).toEqual([REASONS.tooManySignIns])
  })

  test.each([
    ['offers', () => offerOf(freshKey())],
    ['attempts', () => new Context('none')],
  ])('allows three %s and ends at the fourth', (_what, next) => {
    const { signIn, events } = enter()
    for (let count = 0; count < 3; count += 1) signIn.answer(asked(next()))
    expect(events).toEqual([])

    signIn.answer(asked(next()))

    expect(events).toEqual([REASONS.tooManyAttempts])
  })

  test('tells a key that left without asking for the link what to do, at its next attempt only', () => {
    const silent = new SilentClients()
    const key = freshKey()
    const texts: number[] = []
    for (let run = 0; run < 3; run += 1) {
      const { signIn, events } = enter({ silent })
      signIn.answer(asked(proofOf(key)))
      texts.push(events.filter((event) => event.includes('BatchMode')).length)
      signIn.gone()
    }

    expect(texts).toEqual([0, 1, 1])
  })
})
