const message =
  'The time that replicas share is told by presentTime(), that of files by fileTime().';

module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  restrictedSrcSyntax: [
    "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    "NewExpression[callee.name='Date'][arguments.length=0]",
  ].map(selector => ({ selector, message })),
  overrides: [
    {
      // Those compare the clock of the process with another one, or have no other.
      files: [
        'src/presentTime.ts',
        'src/retention/cutoffs.ts',
        'src/store/clock.ts',
        'src/store/firstDue.ts',
        'src/store/followClock.ts',
        'src/store/insertEvents.ts',
        'src/**/__testUtils__/**',
      ],
      rules: { 'no-restricted-syntax': 'off' },
    },
  ],
});
