module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // What is measured are the rooms of the backend, not what its package shows to others.
    '@backstage/no-forbidden-package-imports': 'off',
    '@backstage/no-relative-monorepo-imports': 'off',
    // The forges that stand in here are those of the tests.
    'no-restricted-imports': 'off',
    // Nothing here is bundled, so __dirname is where the file is.
    'no-restricted-syntax': 'off',
    'no-console': 'off',
  },
});
