import { BlockList, isIP } from 'node:net'

import { err, ok, type Result } from '../kernel/result.ts'
import type { Criterion } from './criterion.ts'
import type { PolicyHttp } from './input.ts'
import type { PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'

type Parsed = Result<Criterion, readonly PolicyProblem[]>

/** `open` where there is no request yet: the question is whether there could be one. */
function aboutHttp(name: string, holds: (http: PolicyHttp) => boolean): Criterion {
  return {
    truthOf: ({ http }) => (http === undefined ? 'open' : holds(http) ? 'yes' : 'no'),
    reasonOf: (truth) =>
      truth === 'open' ? `${name}-not-known` : truth === 'yes' ? `${name}-ok` : `${name}-unauthorized`,
  }
}

export function parseHttpMethod(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  return matcher.ok ? ok(aboutHttp('http-method', ({ method }) => matcher.value(method))) : matcher
}

export function parseHttpPath(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  return matcher.ok ? ok(aboutHttp('http-path', ({ path }) => matcher.value(path))) : matcher
}

/** One address or range, or a list of them; a client is in any of them. */
export function parseSourceIp(data: unknown): Parsed {
  const written: readonly unknown[] = Array.isArray(data) ? data : [data]
  const list = new BlockList()
  const problems = written.flatMap((range, index): PolicyProblem[] => {
    if (typeof range === 'string' && addRange(list, range)) return []
    const path = Array.isArray(data) ? [index] : []
    return [
      { path, message: `${JSON.stringify(range)} is no address or range`, hint: 'such as 192.0.2.7 or 2001:db8::/32' },
    ]
  })
  if (problems.length > 0) return err(problems)
  return ok(aboutHttp('source-ip', ({ clientAddress }) => contains(list, clientAddress)))
}

function addRange(list: BlockList, range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (prefix === undefined) list.addAddress(address, type)
  else {
    if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) return false
    list.addSubnet(address, Number(prefix), type)
  }
  return true
}

function contains(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  const family = isIP(plain)
  return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6')
}
