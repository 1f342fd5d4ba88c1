import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Time, chance and the environment enter at one door each, so that tests can stand in the doorway. */
const oneDoorEach = {
  files: ['src/**/*.ts', 'resolvers/**/*.ts', 'datasources/**/*.ts'],
  ignores: [
    'src/config/**',
    'src/clock/**',
    'src/dev/**',
    'src/testing/**',
    '**/*.test.ts',
    '**/*.conformance.ts',
  ],
  rules: {
    'no-restricted-globals': [
      'error',
      ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
        name,
        message: 'Time comes from src/clock.',
      })),
    ],
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'Configuration comes from src/config.' },
      { object: 'Math', property: 'random', message: 'Chance comes from src/clock/random.ts.' },
      { object: 'performance', property: 'now', message: 'Time comes from src/clock.' },
      { object: 'Date', property: 'now', message: 'Time comes from src/clock.' },
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: 'NewExpression[callee.name=Date][arguments.length=0]',
        message: 'Time comes from src/clock.',
      },
    ],
  },
};

export default defineConfig(
  {
    ignores: [
      'dist',
      'coverage',
      '.cache',
      '.stack',
      'schema/generated',
      '**/app/generated',
      'src/http/graphiql/client',
      // Their packages are installed where the benchmark is run, and their types are checked there: `npm run check` in bench/.
      'bench/peers',
      'bench/.cache',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
    },
  },
  {
    // Command-line programs talk on the console.
    files: ['src/dev/**/*.ts', 'src/testing/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  oneDoorEach,
  {
    files: ['schema/*.graphql'],
    languageOptions: {
      parser: graphqlPlugin.parser,
      parserOptions: { graphQLConfig: { schema: 'schema/*.graphql' } },
    },
    plugins: { '@graphql-eslint': graphqlPlugin },
    rules: {
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          DirectiveDefinition: true,
        },
      ],
      '@graphql-eslint/require-deprecation-reason': 'error',
      // The plugin's own rule for the date wants another argument of @deprecated, which graphql-js does not have.
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'Directive[name.value=deprecated] Argument[name.value=reason] StringValue:not([value=/\\p{L}.*\\buntil \\d{4}-\\d{2}-\\d{2}\\b/u])',
          message: 'Say why and until when: @deprecated(reason: "Use x instead, until 2027-01-31.").',
        },
      ],
      '@graphql-eslint/naming-convention': [
        'error',
        {
          types: 'PascalCase',
          FieldDefinition: 'camelCase',
          InputValueDefinition: 'camelCase',
          EnumValueDefinition: 'UPPER_CASE',
        },
      ],
      '@graphql-eslint/no-unreachable-types': 'error',
    },
  },
);
