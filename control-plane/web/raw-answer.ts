import type { FastifyReply } from 'fastify'

import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'

/** Lets somebody else write a hijacked reply; a failure is logged and answered, so that no client waits in vain. */
export async function answerRaw(reply: FastifyReply, log: Log, answer: () => Promise<void>): Promise<void> {
  try {
    await answer()
  } catch (cause) {
    log.error('web.raw_answer_failed', { reason: messageOf(cause) })
    if (reply.raw.headersSent) reply.raw.destroy()
    else reply.raw.writeHead(500, { 'content-type': 'text/plain' }).end('Something went wrong here\n')
  }
}
