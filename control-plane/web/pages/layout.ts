import { html } from 'ghtml'

/** A page, and where its forms may lead: a browser enforces `form-action` on the redirect after a form, too. */
export interface Page {
  readonly title: string
  readonly body: string
  readonly formTargets?: readonly string[]
  /** The line with a signed-in person's pages, and which of them this is. */
  readonly nav?: { readonly here: NavPlace; readonly csrf: string }
  /** A script of our own; what it does must also be possible without, unless the browser alone can do it. */
  readonly script?: string
}

export type NavPlace = 'tunnel' | 'apps' | 'keys' | 'account'

const PLACES: readonly (readonly [NavPlace, string, string])[] = [
  ['tunnel', '/', 'Tunnel'],
  ['apps', '/apps', 'Apps'],
  ['keys', '/keys', 'SSH keys'],
  ['account', '/account', 'Account'],
]

function navLine({ here, csrf }: NonNullable<Page['nav']>): string {
  const links = PLACES.map(
    ([place, path, name]) => html`<a href="${path}" !${place === here ? 'aria-current="page"' : ''}>${name}</a>`,
  )
  return html`<nav>
    !${links.join('')}
    <form method="post" action="/sign-out">!${csrfField(csrf)}<button class="link">Sign out</button></form>
  </nav>`
}

const STYLE = `
:root{color-scheme:light dark;--fg:#17202a;--dim:#5c6773;--bg:#f4f5f7;--card:#fff;--line:#dfe3e8;--go:#0b6e4f;--stop:#9b2226;--warn:#8a5a00}
@media(prefers-color-scheme:dark){:root{--fg:#e8eaed;--dim:#9aa4b0;--bg:#101418;--card:#181e24;--line:#2b343d;--go:#2fa37c;--stop:#e06c6f;--warn:#e0b050}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:8vh auto;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
h1{font-size:1.3rem;margin:0 0 1rem}h2{font-size:1.05rem;margin:1.8rem 0 .5rem}p{margin:.6rem 0}small,.dim{color:var(--dim)}
a{color:inherit}code,.code{font:.95em ui-monospace,monospace;overflow-wrap:anywhere}.code{font-size:1.5rem;letter-spacing:.08em}
dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1rem;margin:1rem 0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
label{display:block;margin:.8rem 0}label.tick{display:flex;gap:.5rem;align-items:baseline}
input[type=email],input[type=password],input[type=text]{width:100%;padding:.6rem;font:inherit;border:1px solid var(--line);border-radius:8px;background:var(--bg);color:inherit}
button{font:inherit;padding:.6rem 1.2rem;border-radius:8px;border:1px solid var(--line);background:none;color:inherit;cursor:pointer}
a.button{display:inline-block;padding:.6rem 1.2rem;border-radius:8px;border:1px solid var(--line);text-decoration:none}
.providers{display:grid;gap:.6rem;margin-bottom:1.2rem;text-align:center}
button.go{background:var(--go);border-color:var(--go);color:#fff}button.link{border:0;padding:0;text-decoration:underline;color:var(--dim)}
.row{display:flex;gap:.8rem;margin-top:1.2rem;flex-wrap:wrap}.error{color:var(--stop)}.warn{color:var(--warn);border-left:3px solid;padding-left:.8rem}
ul{padding-left:1.1rem}ul.steps{list-style:none;padding:0}li{margin:.5rem 0}li form{display:inline-block;margin-right:1rem}
nav{display:flex;gap:1rem;flex-wrap:wrap;margin:-.5rem 0 1.5rem;padding-bottom:.8rem;border-bottom:1px solid var(--line)}nav a{text-decoration:none;color:var(--dim)}nav a[aria-current]{color:inherit;font-weight:600}nav form{margin-left:auto}`

export const renderPage = (page: Page, nonce: string): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · Sallyport</title>
        <style nonce="${nonce}">
          !${STYLE}
        </style>
      </head>
      <body>
        <main>
          !${page.nav === undefined ? '' : navLine(page.nav)}
          <h1>${page.title}</h1>
          !${page.body}
        </main>
        !${page.script === undefined ? '' : `<script nonce="${nonce}">${page.script}</script>`}
      </body>
    </html> `

/** Our pages run no script but their own, and most none at all; they may not be framed. */
export const pageHeaders = (page: Page, nonce: string): Readonly<Record<string, string>> => ({
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    ...(page.script === undefined ? [] : [`script-src 'nonce-${nonce}'`]),
    `form-action ${["'self'", ...(page.formTargets ?? [])].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

/** The hidden field that every form carries. */
export const csrfField = (token: string): string => html`<input type="hidden" name="_csrf" value="${token}" />`

export const message = (title: string, text: string): Page => ({ title, body: html`<p>${text}</p>` })
