import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first, lest one of them is all that still runs in the end. */
class ProofsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isProof = ({ moduleId }: TestSpecification) => moduleId.includes('/testing/prove/');
    return [...sorted.filter(isProof), ...sorted.filter((file) => !isProof(file))];
  }
}

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
    ],
    globalSetup: ['src/testing/global-setup.ts'],
    setupFiles: ['src/testing/nothing-left-open.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    sequence: { sequencer: ProofsFirst },
    // Real servers share two cores with the tests; more workers would only wait for each other.
    maxWorkers: 2,
    // Continuous integration counts from the report.
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: '.cache/test-report.json' }]],
  },
});
