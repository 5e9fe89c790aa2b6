import { request } from 'node:http'

/** One POST of JSON from another address of this computer; the status. */
export function localRequest(
  url: string,
  from: { readonly localAddress: string; readonly host: string; readonly body: string },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', host: from.host }
    const sent = request(
      url,
      { method: 'POST', localAddress: from.localAddress, headers, agent: false },
      (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode))
      },
    )
    sent.once('error', reject)
    sent.end(from.body)
  })
}
