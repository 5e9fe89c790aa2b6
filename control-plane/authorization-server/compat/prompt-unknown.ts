import type { ParameterRule } from './rule.ts'

const KNOWN = new Set(['none', 'login', 'consent'])

/** Clients made for other servers send `select_account` and the like; OpenID Connect Core §3.1.2.1 lets us ignore it. */
export const promptUnknown: ParameterRule = {
  endpoints: ['authorize', 'par'],
  apply(parameters) {
    const prompts = parameters.get('prompt')?.split(/\s+/)
    if (prompts === undefined) return
    const known = prompts.filter((prompt) => KNOWN.has(prompt))
    if (known.length === 0) parameters.delete('prompt')
    else parameters.set('prompt', known.join(' '))
  },
}
