/**
 * The official TypeScript SDKs, registered and known by a document, through all that `npm run clients` puts every
 * client through: sign-in, consent, a call, a refresh after revocation, and all of it again after a restart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { SDKS } from '../clients/sdk.ts'
import { openStage, type Stage } from '../clients/stage.ts'
import { STEPS, tryClient } from '../clients/trial.ts'

describe.each([
  { how: 'that register', documents: false },
  { how: 'known by a document', documents: true },
])('clients $how', ({ documents }) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({ documents })
  })
  afterAll(() => stage?.[Symbol.asyncDispose]())

  test.each(SDKS.filter(({ isDocumented }) => (isDocumented === true) === documents))(
    '$name signs in once and never again, through refresh and restart',
    async (client) => {
      const { passed, failure } = await tryClient(client, stage)

      expect({ passed, failure }).toEqual({ passed: STEPS, failure: undefined })
    },
  )
})
