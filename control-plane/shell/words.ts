import { err, ok, type Result } from '../kernel/result.ts'

const MAX_COMMAND_CHARACTERS = 1024

/**
 * ssh joins its arguments with spaces and sends them unquoted, so that quotes arrive only where somebody quoted twice. Both
 * kinds keep spaces together; nothing else has a meaning: there is no shell.
 */
export function wordsIn(command: string): Result<readonly string[], string> {
  if (command.length > MAX_COMMAND_CHARACTERS) return err('The command is too long')
  const words: string[] = []
  const pattern = /\s+|((?:[^\s'"]+|'[^']*'|"[^"]*")+)/gy
  while (pattern.lastIndex < command.length) {
    const match = pattern.exec(command)
    if (match === null) return err('A quote is not closed')
    if (match[1] !== undefined) words.push(match[1].replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'))
  }
  return ok(words)
}
