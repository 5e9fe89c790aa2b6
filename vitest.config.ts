import { defineConfig } from 'vitest/config'

/** Projects are separate so that the fast ones can run on every save; `npm test` runs them all. */
export default defineConfig({
  test: {
    // `npm run coverage`. These folders decide; a branch in them that no test takes is one that nobody has judged.
    coverage: {
      include: ['control-plane/{authz,mcp,policy}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.fixture.ts'],
      reporter: ['text'],
      thresholds: { branches: 100 },
    },
    projects: [
      {
        test: {
          name: 'unit',
          // Most of a file's time is loading the same libraries anew; these tests keep nothing in modules.
          isolate: false,
          // By default one core stays idle, which on two is half of them.
          maxWorkers: '100%',
          include: [
            '{control-plane,envoy,proto,tunnel-agent}/**/*.test.ts',
            'test/{architecture,golden,contract,oauth}/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/{differential,scenario,system}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          globalSetup: ['test/global-setup.ts'],
        },
      },
    ],
  },
})
