import type { Step } from './sighting.ts'

const TITLES: Readonly<Record<Step, string>> = {
  challenge: 'Turned away with a challenge',
  resource_metadata: 'Read the resource metadata',
  server_metadata: 'Read the server metadata',
  registration: 'Registered',
  authorize: 'Opened the browser',
  sign_in: 'Person signed in',
  consent: 'Person allowed it',
  token: 'Fetched its token',
  call: 'First call',
}

/** The step as a line of a table. */
export const stepTitle = (step: Step): string => TITLES[step]
