import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // graphql-shield is loaded with require, and so loads this copy; a second one would be "another realm".
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: [
      'src/**/*.test.ts',
      'resolvers/**/*.test.ts',
      'datasources/**/*.test.ts',
      'schema/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    globalSetup: ['src/testing/global-setup.ts'],
    setupFiles: ['src/testing/nothing-left-open.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Real servers share two cores with the tests; more workers would only wait for each other.
    maxWorkers: 2,
    // Whatever a file opens it closes, and no module keeps state of its own: loading all of them for each file would cost a
    // quarter of the time.
    isolate: false,
    // Continuous integration counts from the report.
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: '.cache/test-report.json' }]],
  },
});
