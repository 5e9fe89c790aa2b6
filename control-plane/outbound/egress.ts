import type { OutboundFetch } from './outbound.ts'

/** Client documents that are published for good; one that arrives shows that others can be fetched as well. */
const PROBES = [
  'https://claude.ai/oauth/claude-code-client-metadata',
  'https://chatgpt.com/oauth/codex/client.json',
  'https://vscode.dev/oauth/client-metadata.json',
]
const EVERY_MS = 10 * 60_000

/** Looks now and then whether this server reaches the internet, and tells when that has changed. It begins as "no". */
export function watchEgress(fetch: OutboundFetch, tell: (isOpen: boolean) => void): AsyncDisposable {
  let isOpen = false
  const look = async (): Promise<void> => {
    const found = await Promise.any(PROBES.map((url) => reaches(fetch, url))).catch(() => false)
    if (found === isOpen) return
    isOpen = found
    tell(isOpen)
  }
  void look()
  const timer = setInterval(() => void look(), EVERY_MS)
  timer.unref()
  return { [Symbol.asyncDispose]: async () => clearInterval(timer) }
}

async function reaches(fetch: OutboundFetch, url: string): Promise<true> {
  const { status } = await fetch(url)
  if (status !== 200) throw new Error(`status ${status}`)
  return true
}
