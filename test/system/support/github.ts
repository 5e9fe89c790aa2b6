import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Somebody on GitHub. */
export interface GitHubUser {
  readonly id: number
  readonly login: string
  readonly emails: readonly { readonly email: string; readonly primary: boolean; readonly verified: boolean }[]
  readonly organisations?: readonly string[]
  /** `ORGANISATION/TEAM`. */
  readonly teams?: readonly string[]
}

/**
 * Behaves as GitHub Enterprise Server's documentation says: errors of the token endpoint come with 200, lists come in
 * pages, and JSON comes only to those who ask for it.
 */
export interface FakeGitHub extends AsyncDisposable {
  readonly origin: string
  current: GitHubUser
  /** Answers the API with this status, such as 401 for a token that was revoked. */
  refuses: number | undefined
  /** Headers beside that status. */
  refusalHeaders: Readonly<Record<string, string>>
}

const PER_PAGE = 100

export async function startGitHub(user: GitHubUser): Promise<FakeGitHub> {
  const codes = new Map<string, URLSearchParams>()
  const tokens = new Map<string, GitHubUser>()
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const github: FakeGitHub = {
    origin,
    current: user,
    refuses: undefined,
    refusalHeaders: {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      response.end(JSON.stringify(body))
    }
    if (url.pathname === '/login/oauth/authorize') {
      const code = randomBytes(10).toString('hex')
      codes.set(code, url.searchParams)
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      response.writeHead(302, { location: back.href })
      return void response.end()
    }
    if (url.pathname === '/login/oauth/access_token') {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      if (request.headers.accept !== 'application/json') return void response.end('access_token=form-encoded')
      return json(200, exchange(new URLSearchParams(text)))
    }
    if (github.refuses !== undefined) return json(github.refuses, { message: 'No' }, github.refusalHeaders)
    const who = tokens.get(request.headers.authorization?.replace('Bearer ', '') ?? '')
    if (who === undefined || request.headers['user-agent'] === undefined)
      return json(401, { message: 'Bad credentials' })
    const body = resourceOf(url.pathname, who)
    if (!Array.isArray(body)) return json(body === undefined ? 404 : 200, body ?? { message: 'Not Found' })
    const page = Number(url.searchParams.get('page') ?? 1)
    const size = Number(url.searchParams.get('per_page') ?? 30)
    json(200, body.slice((page - 1) * Math.min(size, PER_PAGE), page * Math.min(size, PER_PAGE)))
  }
  function exchange(form: URLSearchParams): Readonly<Record<string, string>> {
    const asked = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (asked === undefined || asked.get('code_challenge') !== challenge) {
      return { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' }
    }
    const token = `gho_${randomBytes(18).toString('base64url')}`
    tokens.set(token, github.current)
    return { access_token: token, scope: 'read:org,read:user,user:email', token_type: 'bearer' }
  }
  return github
}

function resourceOf(path: string, who: GitHubUser): unknown {
  switch (path) {
    case '/api/v3/user':
      return { id: who.id, login: who.login, name: `${who.login} the person`, email: 'public@profile.example' }
    case '/api/v3/user/emails':
      return who.emails
    case '/api/v3/user/orgs':
      return (who.organisations ?? []).map((login) => ({ login, id: 1 }))
    case '/api/v3/user/teams':
      return (who.teams ?? []).map((team) => {
        const [login, slug] = team.split('/')
        return { slug, name: slug, organization: { login } }
      })
    default:
      return undefined
  }
}
