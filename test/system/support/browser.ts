import { fetchFrom } from './fetch-from.ts'

/** A browser as far as these pages need one: cookies, redirects, forms. Runs no scripts, like the pages. */
export interface Visited {
  readonly url: string
  readonly status: number
  readonly html: string
  readonly headers: Headers
}

export class ScriptedBrowser {
  readonly #cookies = new Map<string, Map<string, string>>()
  /** A redirect to somewhere that starts with this is not followed: it is the client's callback. */
  readonly #stopAt: readonly string[]
  #fetch: (url: string, init: RequestInit) => Promise<Response> = fetch

  constructor(options: { readonly stopAt?: readonly string[] } = {}) {
    this.#stopAt = options.stopAt ?? []
  }

  /** What the browser holds for that site; undefined without it. */
  cookie(url: string, name: string): string | undefined {
    return this.#jarOf(url).get(name)
  }

  /** Another page or program has put this cookie there. */
  plant(url: string, name: string, value: string): void {
    this.#jarOf(url).set(name, value)
  }

  /** The same browser in the network of that loopback address. */
  moveTo(localAddress: string): void {
    this.#fetch = fetchFrom(localAddress)
  }

  open(url: string): Promise<Visited> {
    return this.#request(url, { method: 'GET' })
  }

  /** Opens an address at which this browser stops otherwise. */
  resume(url: string): Promise<Visited> {
    return this.#request(url, { method: 'GET' }, false)
  }

  /** Follows the link with that text. */
  follow(page: Visited, text: string): Promise<Visited> {
    const link = [...page.html.matchAll(/<a\s[^>]*>[^<]*<\/a\s*>/g)]
      .map(([tag]) => tag)
      .find((tag) => tag.replace(/<[^>]*>/g, '').trim() === text)
    const href = link === undefined ? undefined : attribute(link, 'href')
    if (href === undefined) throw new Error(`No link "${text}" on ${page.url} (${page.status}):\n${page.html}`)
    return this.#request(new URL(href, page.url).href, { method: 'GET' })
  }

  /** What it would send to this address. */
  cookiesFor(url: string): ReadonlyMap<string, string> {
    return this.#cookies.get(new URL(url).host) ?? new Map()
  }

  /** Submits the form whose button carries that text, with the page's own values and `fields` over them. */
  submit(page: Visited, button: string, fields: Readonly<Record<string, string>> = {}): Promise<Visited> {
    const form = [...page.html.matchAll(/<form[^>]*>[\s\S]*?<\/form>/g)]
      .map(([text]) => text)
      .find((text) => labelled(button).test(text))
    if (form === undefined) throw new Error(`No button "${button}" on ${page.url} (${page.status}):\n${page.html}`)
    const action = attribute(/<form[^>]*>/.exec(form)?.[0] ?? '', 'action') ?? page.url
    const body = new URLSearchParams()
    for (const [input] of form.matchAll(/<input[^>]*>/g)) {
      const name = attribute(input, 'name')
      const ticked = attribute(input, 'type') !== 'checkbox' || / checked/.test(input)
      if (name !== undefined && ticked) body.set(name, attribute(input, 'value') ?? '')
    }
    const pressed =
      [...form.matchAll(/<button[^>]*>[^<]*<\/button>/g)]
        .map(([text]) => text)
        .find((text) => labelled(button).test(text)) ?? ''
    const name = attribute(pressed, 'name')
    if (name !== undefined) body.set(name, attribute(pressed, 'value') ?? '')
    for (const [field, value] of Object.entries(fields)) body.set(field, value)
    return this.#request(new URL(action, page.url).href, {
      method: 'POST',
      body,
      headers: { origin: new URL(page.url).origin },
    })
  }

  #jarOf(url: string): Map<string, string> {
    const { host } = new URL(url)
    const jar = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, jar)
    return jar
  }

  async #request(
    url: string,
    init: RequestInit & { readonly headers?: Record<string, string> },
    stops = true,
  ): Promise<Visited> {
    if (stops && this.#stopAt.some((prefix) => url.startsWith(prefix)))
      return { url, status: 0, html: '', headers: new Headers() }
    const jar = this.#jarOf(url)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = new Headers(init.headers)
    if (cookie !== '') headers.set('cookie', cookie)
    const response = await this.#fetch(url, { ...init, redirect: 'manual', headers })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const equals = pair.indexOf('=')
      if (/expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) jar.delete(pair.slice(0, equals))
      else jar.set(pair.slice(0, equals), pair.slice(equals + 1))
    }
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      return this.#request(new URL(location, url).href, { method: 'GET' })
    }
    return { url, status: response.status, html: await response.text(), headers: response.headers }
  }
}

const labelled = (button: string): RegExp => new RegExp(`>\\s*${button}\\s*</button>`)

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value?.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)))
}
