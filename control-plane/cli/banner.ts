import type { Settings } from '../config/settings.ts'
import type { PublicHostKey } from '../identity/public-host-key.ts'

/** What a person needs to know after a start, on standard output. */
export function bannerOf(
  settings: Settings,
  facts: {
    readonly sshCommand: string
    readonly hostKeys: readonly PublicHostKey[]
    readonly setUpCode: string | undefined
    readonly nativeCrypto: boolean
  },
): string {
  const lines: (readonly [string, string])[] = [
    ['Gateway', settings.addressing.publicUrl.origin],
    ['Open a tunnel', facts.sshCommand],
    ...facts.hostKeys.map(
      ({ algorithm, fingerprint }, index) =>
        [index === 0 ? 'SSH host keys' : '', `${fingerprint} ${algorithm}`] as const,
    ),
    ['Data', settings.dataFolder],
  ]
  if (!facts.nativeCrypto)
    lines.push(['SSH crypto', 'JavaScript: slower; install a C++ compiler and run "npm rebuild"'])
  if (facts.setUpCode !== undefined) lines.push(['Set-up code', `${facts.setUpCode} (for the first account)`])
  const width = Math.max(...lines.map(([name]) => name.length))
  const body = lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
  return `\nSallyport is up. Press Ctrl-C to stop.\n\n${body}\n\n`
}
