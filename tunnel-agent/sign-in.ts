/** The order in which the agent offers what it has: keys, then the link for a person. */
import type { AnyAuthMethod, KeyboardInteractiveAuthMethod } from 'ssh2'

import type { Identity } from './identities.ts'

export interface SignInPrompt {
  readonly title: string
  readonly text: string
}

/**
 * One method at each call, then false. Keyboard-interactive comes last, where somebody may be asked: the gateway's
 * question needs no answer, only a person at a browser, for whom it then waits.
 */
export function signInMethods(
  username: string,
  identities: readonly Identity[],
  { interactive }: { readonly interactive: boolean },
): () => AnyAuthMethod | false {
  const methods: AnyAuthMethod[] = identities.map((identity) =>
    identity.kind === 'agent'
      ? { type: 'agent', username, agent: identity.socket }
      : { type: 'publickey', username, key: identity.privateKey },
  )
  if (interactive) {
    const prompt = (...[, , , prompts, finish]: PromptArguments): void => finish(prompts.map(() => ''))
    methods.push({ type: 'keyboard-interactive', username, prompt })
  }
  let next = 0
  return () => methods[next++] ?? false
}

type PromptArguments = Parameters<KeyboardInteractiveAuthMethod['prompt']>

const LINK = /https?:\/\/[^\s"'<>]+/

export const linkIn = (text: string): string | undefined => LINK.exec(text)?.[0]
