/** The program `sallyport-connect`: the only file here that may force an exit. */
import { runConnect } from './connect.ts'

process.exitCode = await runConnect(process.argv.slice(2), {
  self: [process.execPath, ...process.execArgv, process.argv[1] ?? 'sallyport-connect'],
  forceExit: (code) => process.exit(code),
})
