import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import { Fault } from '../kernel/fault.ts'
import { LOG_LEVELS, type LogLevel } from '../kernel/log.ts'
import { Secret } from '../kernel/secret.ts'

/** What the environment says. The only reader of environment variables in the control plane; `envoy/` has its own. */
export interface Environment {
  readonly configFile: string | undefined
  /** `SALLYPORT_DATA`, else `$XDG_DATA_HOME/sallyport`, else `~/.local/share/sallyport`. Absolute. */
  readonly dataFolder: string
  readonly publicUrl: string | undefined
  readonly secretKeyFile: string | undefined
  /** `SALLYPORT_LOG`; undefined when it is not set. */
  readonly logLevel: LogLevel | undefined
  /** A variable that the configuration file names for a secret; undefined when it is not set. */
  readonly secretVariable: (name: string) => Secret<string> | undefined
}

const isLogLevel = (text: string): text is LogLevel => LOG_LEVELS.some((level) => level === text)

/** Throws a Fault when a variable cannot be used. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const text = (name: string): string | undefined => variables[name] || undefined
  const logLevel = text('SALLYPORT_LOG')
  if (logLevel !== undefined && !isLogLevel(logLevel)) {
    const hint = `use one of ${LOG_LEVELS.join(', ')}`
    throw new Fault('config.environment', `SALLYPORT_LOG is "${logLevel}", which is no level`, { hint })
  }
  const dataHome = text('XDG_DATA_HOME') ?? join(homedir(), '.local/share')
  return {
    configFile: text('SALLYPORT_CONFIG'),
    dataFolder: resolve(text('SALLYPORT_DATA') ?? join(dataHome, 'sallyport')),
    publicUrl: text('SALLYPORT_PUBLIC_URL'),
    secretKeyFile: text('SALLYPORT_SECRET_KEY_FILE'),
    logLevel,
    secretVariable: (name) => {
      const value = text(name)
      return value === undefined ? undefined : new Secret(value)
    },
  }
}
