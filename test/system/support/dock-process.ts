/**
 * A dock in a process of its own, so that what it costs can be measured. Arguments: the fingerprint of ann's key, and limits
 * as JSON. Prints where it listens and the socket of its first connector.
 */
import { ann, openHarbour } from './dock.ts'

const [, , fingerprint = '', limits = '{}'] = process.argv
const harbour = await openHarbour(JSON.parse(limits))
harbour.admission.bound.set(fingerprint, ann)
console.log(`PORT ${harbour.dock.address.port}`)
harbour.board.served().then(
  ({ socketPath }) => console.log(`SOCKET ${socketPath}`),
  () => {},
)
