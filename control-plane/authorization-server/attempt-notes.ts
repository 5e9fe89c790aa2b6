import { createHash } from 'node:crypto'

import type { errors, Provider } from 'oidc-provider'

import { grantBond, interactionBond } from '../attempts/bonds.ts'
import type { Sighting } from '../attempts/sighting.ts'
import type { Clock } from '../kernel/clock.ts'
import { isRecord } from '../kernel/record.ts'
import { grantType } from '../oauth/support.ts'

/** Port: where it is kept what was seen of a client's way in. Returns the short reference for pages and error bodies. */
export interface AttemptBook {
  note(sighting: Sighting): string
}

interface Ports {
  readonly book: AttemptBook
  readonly clock: Clock
  readonly networkOf: (headers: NodeJS.Dict<string | string[]>) => string
}

/** As much of the library's context as is looked at; in error events parts of it may not be there yet. */
interface Context {
  readonly req: object
  readonly headers: NodeJS.Dict<string | string[]>
  readonly oidc?: {
    readonly client?: { readonly clientId: string; readonly clientName?: string | undefined } | undefined
    readonly params?: Readonly<Record<string, unknown>> | undefined
    readonly entities?: {
      readonly Interaction?: { readonly uid: string } | undefined
      readonly Grant?: { readonly jti?: string | undefined; readonly accountId?: string | undefined } | undefined
    }
  }
}

/** Ordinary answers to a device that waits. */
const NO_FAILURES = new Set(['authorization_pending', 'slow_down', 'use_dpop_nonce'])

/** Notes what the library tells of registrations, authorizations and tokens. */
export class AttemptNotes {
  readonly #ports: Ports
  readonly #references = new WeakMap<object, string>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Of the attempt to which the request belongs, once something was noted of it. */
  referenceOf(request: object): string | undefined {
    return this.#references.get(request)
  }

  watch(provider: Provider): void {
    const failed =
      (step: Sighting['step']) =>
      (ctx: Context, error: errors.OIDCProviderError): void => {
        if (NO_FAILURES.has(error.error)) return
        const problem = { code: error.error, detail: error.error_detail ?? error.error_description }
        this.#note(ctx, { step, outcome: 'failed', problem })
      }
    provider.on('registration_create.success', (ctx, client) =>
      this.#note(ctx, {
        step: 'registration',
        outcome: 'done',
        clientId: client.clientId,
        clientName: client.clientName,
      }),
    )
    provider.on('registration_create.error', failed('registration'))
    provider.on('interaction.started', (ctx) => this.#note(ctx, { step: 'authorize', outcome: 'done' }))
    provider.on('pushed_authorization_request.error', failed('authorize'))
    provider.on('device_authorization.error', failed('authorize'))
    provider.on('authorization.error', (ctx, error) =>
      failed(error.error === 'access_denied' ? 'consent' : 'authorize')(ctx, error),
    )
    provider.on('authorization.success', (ctx, answer: unknown) => {
      const code = isRecord(answer) ? answer['code'] : undefined
      this.#note(ctx, { step: 'consent', outcome: 'done', bonds: typeof code === 'string' ? [codeBond(code)] : [] })
    })
    provider.on('grant.success', (ctx) => {
      // A refresh is no step of the way in.
      if (parametersOf(ctx)['grant_type'] !== grantType.refreshToken)
        this.#note(ctx, { step: 'token', outcome: 'done' })
    })
    provider.on('grant.error', failed('token'))
  }

  #note(ctx: Context, seen: Omit<Sighting, 'atMs'>): void {
    const { book, clock, networkOf } = this.#ports
    const { client, entities } = ctx.oidc ?? {}
    const parameters = parametersOf(ctx)
    const { Interaction: interaction, Grant: grant } = entities ?? {}
    const code = text(parameters['code'])
    const redirect = text(parameters['redirect_uri'])
    const reference = book.note({
      atMs: clock.nowMs(),
      network: networkOf(ctx.headers),
      clientId: client?.clientId ?? text(parameters['client_id']),
      clientName: client?.clientName,
      redirectHost: redirect !== undefined && URL.canParse(redirect) ? new URL(redirect).host : undefined,
      resource: text(parameters['resource']),
      userId: grant?.accountId,
      ...seen,
      bonds: [
        ...(seen.bonds ?? []),
        ...(code === undefined ? [] : [codeBond(code)]),
        ...(interaction === undefined ? [] : [interactionBond(interaction.uid)]),
        // Before consent there is a grant without a name.
        ...(grant?.jti === undefined ? [] : [grantBond(grant.jti)]),
      ],
    })
    this.#references.set(ctx.req, reference)
  }
}

const codeBond = (code: string): string => `code:${createHash('sha256').update(code).digest('base64url')}`

const parametersOf = (ctx: Context): Readonly<Record<string, unknown>> => ctx.oidc?.params ?? {}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
