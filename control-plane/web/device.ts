import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { DeviceRequests } from '../oauth/device.ts'
import { clientAddressOf, show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { deviceCodePage, deviceQuestionPage } from './pages/device.ts'
import { message } from './pages/layout.ts'
import { sameComputer } from './same-computer.ts'

/** Codes are guessable only by trying; nobody mistypes one so often. */
const RATE = { max: 20, timeWindow: '1 minute' }

/** Where a person lets a device in that cannot open a browser (RFC 8628 §3.3). */
export function deviceRoutes(app: FastifyInstance, ports: { devices: DeviceRequests; browser: Browser }): void {
  const { devices, browser } = ports
  const signInFirst = (reply: FastifyReply, userCode: string): FastifyReply => {
    const next = userCode === '' ? '/device' : `/device?user_code=${encodeURIComponent(userCode)}`
    return reply.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303)
  }
  const options = { preHandler: app.csrfProtection, config: { rateLimit: RATE } }
  const isHere = (request: FastifyRequest, address: string): boolean => sameComputer(clientAddressOf(request), address)

  app.get<{ Querystring: Fields }>('/device', { config: { rateLimit: RATE } }, async (request, reply) => {
    const userCode = field(request.query, 'user_code')
    const user = await browser.findUser(request)
    if (user === undefined) return signInFirst(reply, userCode)
    const question = userCode === '' ? undefined : await devices.find(userCode)
    // A link may come from anybody. Away from the device, its code must be read off its screen.
    const prefilled = question !== undefined && isHere(request, question.address) ? question.userCode : ''
    return show(reply, deviceCodePage({ csrf: reply.generateCsrf(), userCode: prefilled }))
  })

  app.post<{ Body: Fields }>('/device', options, async (request, reply) => {
    const userCode = field(request.body, 'user_code')
    const user = await browser.findUser(request)
    if (user === undefined) return signInFirst(reply, '')
    const question = await devices.find(userCode)
    if (question === undefined) {
      const problem = 'There is no device waiting with this code. It may have expired: start again on the device.'
      return show(reply, deviceCodePage({ csrf: reply.generateCsrf(), userCode, problem }), 400)
    }
    const isElsewhere = !isHere(request, question.address)
    const browserAddress = clientAddressOf(request)
    return show(reply, deviceQuestionPage({ question, user, csrf: reply.generateCsrf(), isElsewhere, browserAddress }))
  })

  app.post<{ Body: Fields }>('/device/decide', options, async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return signInFirst(reply, '')
    const question = await devices.find(field(request.body, 'user_code'))
    // Somebody else has signed in since the page was shown: they are asked themselves.
    if (question === undefined || field(request.body, 'user') !== user.id) {
      return show(
        reply,
        message('This question has ended', 'It was answered or has expired. Start again on the device.'),
        410,
      )
    }
    const isAllowed = field(request.body, 'decision') === 'allow'
    const counted = isAllowed ? await devices.allow(question, user) : await devices.deny(question)
    if (!counted) return show(reply, message('This question has ended', 'It was answered already.'), 410)
    return isAllowed
      ? show(reply, message('Connected', 'Go back to your device: it goes on by itself.'))
      : show(reply, message('Denied', 'The device was told. Nothing was allowed.'))
  })
}
