import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** What the environment says. The only reader of environment variables in the control plane. */
export interface Environment {
  readonly configFile: string | undefined
  /** `SALLYPORT_DATA`, else `$XDG_DATA_HOME/sallyport`, else `~/.local/share/sallyport`. Absolute. */
  readonly dataFolder: string
  readonly envoyPath: string | undefined
  readonly publicUrl: string | undefined
  readonly secretKeyFile: string | undefined
  /** `SALLYPORT_LOG`: error, warn, info or debug. */
  readonly logLevel: string
}

export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const text = (name: string): string | undefined => variables[name] || undefined
  const dataHome = text('XDG_DATA_HOME') ?? join(homedir(), '.local/share')
  return {
    configFile: text('SALLYPORT_CONFIG'),
    dataFolder: resolve(text('SALLYPORT_DATA') ?? join(dataHome, 'sallyport')),
    envoyPath: text('SALLYPORT_ENVOY'),
    publicUrl: text('SALLYPORT_PUBLIC_URL'),
    secretKeyFile: text('SALLYPORT_SECRET_KEY_FILE'),
    logLevel: text('SALLYPORT_LOG') ?? 'info',
  }
}
