import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import type { SecretBox } from '../kernel/secret-box.ts'

const LIFE_S = 365 * 24 * 60 * 60
const MAX_ACCOUNTS = 5
const CONTEXT = 'known device'

interface Device {
  readonly id: string
  /** Addresses of the accounts that this browser has signed in to; the latest first. */
  readonly accounts: readonly string[]
}

/** Which accounts a browser has been in, by a sealed cookie that outlives its sessions. It opens nothing by itself. */
export class KnownDevices {
  readonly #box: SecretBox
  readonly #random: Random
  readonly #cookie: string
  readonly #options: CookieSerializeOptions

  constructor(options: { box: SecretBox; random: Random; secure: boolean }) {
    this.#box = options.box
    this.#random = options.random
    this.#cookie = options.secure ? '__Host-sallyport_device' : 'sallyport_device'
    this.#options = { path: '/', httpOnly: true, secure: options.secure, sameSite: 'lax', maxAge: LIFE_S }
  }

  deviceFor(request: FastifyRequest, account: string): string | undefined {
    const device = this.#read(request)
    return device?.accounts.includes(account) === true ? device.id : undefined
  }

  /** Under which name its tries are counted: that of its account, so that nobody gains by collecting cookies. */
  accountOf(request: FastifyRequest): string | undefined {
    return this.#read(request)?.accounts[0]
  }

  remember(reply: FastifyReply, account: string): void {
    const device = this.#read(reply.request)
    const others = (device?.accounts ?? []).filter((other) => other !== account)
    const accounts = [account, ...others].slice(0, MAX_ACCOUNTS)
    const value = JSON.stringify({ id: device?.id ?? newId('dev', this.#random), accounts } satisfies Device)
    reply.setCookie(this.#cookie, this.#box.seal(value, CONTEXT), this.#options)
  }

  #read(request: FastifyRequest): Device | undefined {
    const cookie = request.cookies[this.#cookie]
    if (cookie === undefined || cookie.length > 4096) return undefined
    try {
      return JSON.parse(this.#box.open(cookie, CONTEXT)) as Device
    } catch {
      return undefined
    }
  }
}
