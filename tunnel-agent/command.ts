/** The program `sallyport-connect`: the only file here that may force an exit. */
import { runConnect } from './connect.ts'

/** A name that is being looked up cannot be given up, and would hold the process for long. */
const LINGER_MS = 500

process.exitCode = await runConnect(process.argv.slice(2), {
  self: [process.execPath, ...process.execArgv, process.argv[1] ?? 'sallyport-connect'],
  forceExit: (code) => process.exit(code),
})
setTimeout(() => process.exit(), LINGER_MS).unref()
