/** The order in which the agent offers what it has: keys, then the link for a person. */
import type { AnyAuthMethod } from 'ssh2'

import type { Identity } from './identities.ts'

export interface SignInPrompt {
  readonly title: string
  readonly text: string
}

/**
 * One method at each call, then false. Keyboard-interactive comes last and shows what the gateway sends, where
 * somebody may be asked; there is nothing to type, so an empty answer goes back at once, and the gateway waits for the person.
 */
export function signInMethods(
  username: string,
  identities: readonly Identity[],
  show: ((prompt: SignInPrompt) => void) | undefined,
): () => AnyAuthMethod | false {
  const methods: AnyAuthMethod[] = identities.map((identity) =>
    identity.kind === 'agent'
      ? { type: 'agent', username, agent: identity.socket }
      : { type: 'publickey', username, key: identity.privateKey },
  )
  if (show !== undefined) {
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (title, text, _language, prompts, finish) => {
        show({ title, text })
        finish(prompts.map(() => ''))
      },
    })
  }
  let next = 0
  return () => methods[next++] ?? false
}

const LINK = /https?:\/\/[^\s"'<>]+/

export const linkIn = (text: string): string | undefined => LINK.exec(text)?.[0]
