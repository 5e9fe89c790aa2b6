import { request } from 'node:http'

import type { ServerChannel } from 'ssh2'

import { type Answer, ASKER, type Question } from './mcp-question.ts'
import { closeChannel } from './ssh2-private.ts'

/** More than any answer to a ping. */
const MAX_BODY_BYTES = 16 * 1024

/** One HTTP exchange over a channel, which is closed afterwards. Undefined where no HTTP came back within the deadline. */
export function askServer(
  channel: ServerChannel,
  question: Question,
  options: { readonly host: string; readonly deadlineMs: number },
): Promise<Answer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
  const { method, path, headers, body } = question
  const sent = request({
    createConnection: () => channel,
    method,
    path,
    headers: { ...headers, host: options.host, 'user-agent': ASKER, connection: 'close' },
  })
  let answer: Answer | undefined
  const finish = (): void => {
    clearTimeout(deadline)
    closeChannel(channel)
    resolve(answer)
  }
  const deadline = setTimeout(finish, options.deadlineMs)
  channel.once('close', finish)
  // It was paused, so that nothing was lost before somebody reads.
  sent.once('socket', () => channel.resume())
  sent.on('error', finish)
  sent.on('response', (response) => {
    const contentType = response.headers['content-type'] ?? ''
    const asksForSignIn = response.statusCode === 401 || response.statusCode === 403
    answer = { status: response.statusCode ?? 0, contentType, asksForSignIn, body: '' }
    // A stream's first line says enough, and may never have a second one.
    if (contentType.startsWith('text/event-stream')) return finish()
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) finish()
    })
    response.on('error', finish)
    response.on('end', () => {
      if (answer !== undefined) answer = { ...answer, body: Buffer.concat(chunks).toString('utf8') }
      finish()
    })
  })
  sent.end(body)
  return promise
}
