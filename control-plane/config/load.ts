import { networkInterfaces } from 'node:os'

import { Fault } from '../kernel/fault.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import { Secret } from '../kernel/secret.ts'
import type { Addressing } from '../routes/addressing.ts'
import type { Publication } from '../routes/publication.ts'
import { auditOf } from './audit.ts'
import { certificateFindings, isCertificate } from './certificate.ts'
import type { ConfigDocument } from './document.ts'
import type { Environment } from './environment.ts'
import { limitsOf } from './limits.ts'
import { mailOf } from './mail.ts'
import { identityProvidersOf } from './identity-providers.ts'
import { ConfigError, formatPlace, formatProblem, placed, type ConfigProblem, type Finding } from './problem.ts'
import { oauthSettings } from './oauth.ts'
import { routeRulesOf } from './route-rules.ts'
import { compileRoutes } from './routes.ts'
import { readTextsAside } from './read-aside.ts'
import { readNamedFile, type Reading } from './secret.ts'
import { sshLimitsOf } from './ssh.ts'
import type { ListenAddress, Settings } from './settings.ts'
import { readSources, sourcesOf, type Sources } from './sources.ts'
import { vocabularyOf } from './vocabulary.ts'

export interface Configuration {
  readonly settings: Settings
  readonly publication: Publication
  /** As written; what changed in it and needs a restart is found by comparing. */
  readonly document: ConfigDocument
  /** What is allowed but probably not meant. */
  readonly warnings: readonly ConfigProblem[]
  /** Where something stands in the files: `sallyport.yaml:12:7`; empty where there is none. */
  readonly placeOf: (path: Finding['path']) => string
}

const DEFAULT_PUBLIC_URL = 'http://localhost:7800'
const DEFAULT_SSH_PORT = 2222

/**
 * Reads everything that a start needs, or throws `ConfigError` with every problem at once. `seen` hears of every file of the
 * configuration before it is read, also of those with problems.
 */
export function loadConfiguration(environment: Environment, seen?: (file: string) => void): Configuration {
  const { configFile, variable } = environment
  if (configFile === undefined) {
    const findings: Finding[] = []
    const configuration = build({}, environment, { file: '', findings, variable, fileOf: () => '' })
    const [finding] = findings
    // Without a file, everything that can be wrong comes from there.
    if (finding !== undefined) throw publicUrlFault(environment, finding.message, finding.hint)
    return { ...configuration, document: {}, warnings: [], placeOf: () => '' }
  }
  return configurationOf(readSources(configFile, seen), environment)
}

/** As `loadConfiguration` of a file, but it is read on another thread: calls are answered meanwhile. */
export async function loadAside(
  environment: Environment & { readonly configFile: string },
  seen: (file: string) => void,
): Promise<Configuration> {
  const texts = await readTextsAside(environment.configFile, seen)
  return configurationOf(sourcesOf(texts), environment)
}

function configurationOf(sources: Sources, environment: Environment): Configuration {
  const findings: Finding[] = []
  const { variable } = environment
  const { document, fileOf } = sources
  const configuration = build(document, environment, { file: fileOf([]), findings, variable, fileOf })
  if (findings.length > 0) throw new ConfigError(withoutRepetition(findings, sources))
  const placeOf = (path: Finding['path']): string => formatPlace(sources.placeOf(path))
  return {
    ...configuration,
    publication: { ...configuration.publication, placeOf },
    document,
    warnings: withoutRepetition(configuration.warnings, sources),
    placeOf,
  }
}

/** What is said of a named policy is said once, and not for every route that uses it. */
function withoutRepetition(findings: readonly Finding[], sources: Sources): readonly ConfigProblem[] {
  const problems = findings.map((finding) => placed(finding, sources))
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()]
}

const publicUrlFault = (
  environment: Environment,
  message: string,
  hint = 'see docs/reference/configuration.md',
): Fault =>
  new Fault('config.environment', `Cannot use SALLYPORT_PUBLIC_URL "${environment.publicUrl}": ${message}`, { hint })

function build(
  document: ConfigDocument,
  environment: Environment,
  at: Reading & Pick<Sources, 'fileOf'>,
): Pick<Configuration, 'settings' | 'publication'> & { readonly warnings: readonly Finding[] } {
  const { findings } = at
  if (environment.publicUrl !== undefined && !URL.canParse(environment.publicUrl)) {
    throw publicUrlFault(environment, 'it is not a URL', 'write it like "https://gateway.example.com"')
  }
  const publicUrl = new URL(environment.publicUrl ?? document.public_url ?? DEFAULT_PUBLIC_URL)
  const loopback = isLoopbackHostname(publicUrl.hostname)
  checkPublicUrl(publicUrl, document, findings)
  if (document.accounts?.sign_up === 'open' && !loopback && document.mail === undefined) {
    const message =
      'Open sign-up on a public address without mail would let anybody take any email address, which policies trust'
    findings.push({
      path: ['accounts', 'sign_up'],
      message,
      hint: 'add "mail", so that addresses are verified, or use "invited"',
    })
  }
  const addressing = addressingOf(publicUrl, document, findings)
  const warnings: Finding[] = []
  const vocabulary = vocabularyOf(document, { findings, warnings })
  const { routes, ...compiled } = compileRoutes(document.routes ?? [], addressing, { ...at, vocabulary })
  warnings.push(...compiled.warnings)
  const port = Number(publicUrl.port || (publicUrl.protocol === 'https:' ? 443 : 80))
  const sshListen = parseAddresses(document.ssh?.listen) ?? local(DEFAULT_SSH_PORT)
  const settings: Settings = {
    dataFolder: environment.dataFolder,
    addressing,
    listen: parseAddresses(document.listen) ?? (loopback ? local(port) : [{ host: '0.0.0.0', port }]),
    tls: tlsOf(document, at),
    ssh: {
      listen: sshListen,
      publicHost: document.ssh?.public_host ?? publicUrl.hostname,
      publicPort: document.ssh?.public_port ?? sshListen[0]?.port ?? DEFAULT_SSH_PORT,
      limits: sshLimitsOf(document.ssh),
    },
    signUp: document.accounts?.sign_up ?? (loopback ? 'open' : 'invited'),
    mail: mailOf(document.mail, at),
    oauth: oauthSettings(document.oauth, at),
    outbound: {
      privateHosts: (document.outbound?.private_hosts ?? []).map((host) => host.toLowerCase()),
      privateCaPem: document.outbound?.ca_file && readNamedFile(document.outbound.ca_file, ['outbound', 'ca_file'], at),
    },
    ...identityProvidersOf(document, { ...at, loopback }),
    audit: auditOf(document.audit, at),
    secretKeyFile: environment.secretKeyFile,
  }
  const allowedOrigins = new Set([...(document.cors?.origins ?? (loopback ? ['loopback'] : [])), publicUrl.origin])
  const personalSide = { passIdentity: document.tunnels?.pass_identity_headers ?? false, headers: [] }
  const personalRules = routeRulesOf(document.tunnels ?? {}, 'personally', ['tunnels'], { ...at, vocabulary })
  const publicAssets = document.tunnels?.public_assets ?? false
  const limits = limitsOf(document.limits, undefined, { path: ['limits'], findings })
  const personal = { personalSide, personalRules, publicAssets }
  const common = { allowedOrigins, recordArguments: settings.audit.arguments, limits }
  return { settings, publication: { addressing, routes, ...personal, ...common }, warnings }
}

function checkPublicUrl(publicUrl: URL, document: ConfigDocument, findings: Finding[]): void {
  const path = ['public_url']
  if (publicUrl.pathname !== '/' || publicUrl.search !== '' || publicUrl.hash !== '') {
    findings.push({ path, message: `"${publicUrl.href}" has a path`, hint: `use "${publicUrl.origin}"` })
  }
  if (publicUrl.protocol === 'http:' && !isLoopbackHostname(publicUrl.hostname)) {
    findings.push({
      path,
      message: 'Plain HTTP is for loopback only: tokens would travel in the clear',
      hint: 'use https and "tls"',
    })
  }
  if (publicUrl.protocol === 'https:' && document.tls === undefined) {
    findings.push({
      path,
      message: 'An https address needs a certificate',
      hint: 'add "tls: { certificate: FILE, key: FILE }" to the configuration file',
    })
  }
  if (publicUrl.protocol === 'http:' && document.tls !== undefined) {
    findings.push({
      path: ['tls'],
      message: 'A certificate is given, but public_url is http',
      hint: 'write https in public_url',
    })
  }
}

function addressingOf(publicUrl: URL, document: ConfigDocument, findings: Finding[]): Addressing {
  const { mode, domain } = document.tunnels ?? {}
  if (domain === undefined) {
    if (mode === 'host')
      findings.push({
        path: ['tunnels', 'mode'],
        message: 'Host mode needs a domain',
        hint: 'add "domain: tunnels.example.com"',
      })
    return { mode: 'path', publicUrl }
  }
  if (mode === 'path') {
    findings.push({
      path: ['tunnels', 'domain'],
      message: 'A tunnel domain has no meaning in path mode',
      hint: 'remove it, or use mode: host',
    })
    return { mode, publicUrl }
  }
  return { mode: 'host', publicUrl, tunnelDomain: domain }
}

/** Files are looked for beside the configuration file. */
function tlsOf(document: ConfigDocument, at: Reading): Settings['tls'] {
  if (document.tls === undefined) return undefined
  const certificate = readNamedFile(document.tls.certificate, ['tls', 'certificate'], at)
  const key = readNamedFile(document.tls.key, ['tls', 'key'], at)
  if (certificate === undefined || key === undefined) return undefined
  at.findings.push(...certificateFindings(certificate, key))
  const { client_ca_file: clientCa } = document.tls
  const path = ['tls', 'client_ca_file']
  const clientAuthoritiesPem = clientCa === undefined ? undefined : readNamedFile(clientCa, path, at)
  if (clientAuthoritiesPem !== undefined && !isCertificate(clientAuthoritiesPem))
    at.findings.push({ path, message: 'The file holds no PEM certificate' })
  return { certificateChainPem: certificate, privateKeyPem: new Secret(key), clientAuthoritiesPem }
}

function parseAddresses(addresses: readonly string[] | undefined): readonly ListenAddress[] | undefined {
  return addresses?.map((address) => {
    const colon = address.lastIndexOf(':')
    return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) }
  })
}

/** Both loopback addresses, where the computer has both. */
function local(port: number): readonly ListenAddress[] {
  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
  return [{ host: '127.0.0.1', port }, ...(hasIpv6 ? [{ host: '::1', port }] : [])]
}
