import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** As much of `fetch` as a scripted browser needs, from another address of this computer: limits count networks apart. */
export function fetchFrom(localAddress: string): (url: string, init: RequestInit) => Promise<Response> {
  const agent = new Agent({ keepAlive: true, localAddress, family: 4 })
  return (url, init) =>
    new Promise((resolve, reject) => {
      const { body, headers } = new Request(url, init)
      const options = { method: init.method ?? 'GET', agent, headers: Object.fromEntries(headers) }
      const sent = request(url, options, (response) => {
        const pairs = Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        )
        buffer(response).then(
          (bytes) => resolve(new Response(new Uint8Array(bytes), { status: response.statusCode ?? 0, headers: pairs })),
          reject,
        )
      })
      sent.once('error', reject)
      if (body === null) sent.end()
      else buffer(body).then((bytes) => sent.end(bytes), reject)
    })
}
