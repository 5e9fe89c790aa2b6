import { BLANK, type Line, paragraph, span, type Style } from '../line.ts'
import type { Model } from '../model.ts'
import { fit, printable } from '../printable.ts'
import type { CallStatus } from '../status.ts'
import { explain } from '../explain.ts'
import { callerOf, isOpen, isStream, sizeOf, timeOf, whatOf } from '../wording.ts'
import { elapsedOf, verdictStyle } from './calls.ts'

/** Room for the name of a fact; narrow screens give it less. */
const LABEL = 14
const NARROW = { columns: 60, label: 11 }

/** Everything that is known of one call. */
export function callDetails(model: Model, requestId: string, columns: number): readonly Line[] {
  const call = [...(model.paused ?? []), ...model.calls].find((one) => one.requestId === requestId)
  if (call === undefined) return [[span('This call is too long ago', 'faint')]]
  const { details } = call
  const room = columns < NARROW.columns ? NARROW.label : LABEL
  const fact = (label: string, text: string | undefined, style: Style = 'plain'): readonly Line[] =>
    text === undefined || text === ''
      ? []
      : paragraph(printable(text), columns - room, { style }).map((line, at) => [
          span(fit(at === 0 ? printable(label) : '', room), 'faint'),
          ...line,
        ])
  const decision = explain(call)
  return [
    ...fact('call', whatOf(call), 'bold'),
    ...fact('decision', decision.sentence, verdictStyle(call)),
    ...decision.reasons.flatMap((reason, at) => fact(at === 0 ? 'because' : '', reason)),
    BLANK,
    ...fact('user', callerOf(call)),
    ...fact('client', call.client),
    ...fact('client id', details?.clientId),
    ...fact('address', details?.clientAddress),
    ...fact('scopes', details?.scopes.join(' ')),
    ...fact('session', details?.session),
    BLANK,
    ...fact('time', `${timeOf(call.atMs)} UTC, ${isOpen(call) ? 'open for' : 'took'} ${elapsedOf(call, model.nowMs)}`),
    ...fact('result', resultOf(call)),
    ...fact('arguments', details?.arguments),
    ...(details === undefined
      ? [[span('More is kept of the newest calls only', 'faint')]]
      : [BLANK, ...fact('path', details.path), ...details.headers.flatMap(([name, value]) => fact(name, value))]),
    ...fact('request id', call.requestId, 'faint'),
  ]
}

function resultOf(call: CallStatus): string {
  if (isOpen(call)) return isStream(call) ? 'a stream that is open' : 'none yet'
  const { httpStatus, details } = call
  const said = details?.isError === undefined ? '' : details.isError ? ', an error of the tool' : ', no error'
  const sizes =
    details?.bytesIn === undefined ? '' : ` · ${sizeOf(details.bytesIn)} up, ${sizeOf(details.bytesOut)} down`
  const flags = details?.flags ? ` · Envoy says ${details.flags}` : ''
  return `HTTP ${httpStatus ?? 'unknown'}${said}${sizes}${flags} · answers are not kept`
}
