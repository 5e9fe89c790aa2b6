import { request } from 'node:http'

import { Fault } from '../kernel/fault.ts'
import type { Question } from './program.ts'

/** Asks the running gateway over its control socket. Throws a Fault with the gateway's own words when it says no. */
export async function askGateway(socketPath: string, question: Question): Promise<unknown> {
  const { status, text } = await send(socketPath, question)
  const answer: unknown = text === '' ? {} : JSON.parse(text)
  if (status < 300) return answer
  const said = typeof answer === 'object' && answer !== null && 'message' in answer ? String(answer.message) : text
  throw new Fault('control.refused', said)
}

function send(socketPath: string, { method, path, body }: Question): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const headers =
      payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
    const sent = request({ socketPath, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 500, text }))
    })
    sent.on('error', (cause) => {
      const hint = 'start it with "npm start", or set SALLYPORT_DATA to its data folder'
      reject(new Fault('control.unreachable', 'No gateway is running over this data folder', { cause, hint }))
    })
    sent.end(payload)
  })
}
