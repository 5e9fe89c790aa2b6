import { locateEnvoy } from '../envoy/locate.ts'

/** Fetches Envoy once, before the suites that start it in parallel would each do so. */
export default async function setup(): Promise<void> {
  await locateEnvoy()
}
