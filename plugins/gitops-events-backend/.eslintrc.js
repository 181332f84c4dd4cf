const clock =
  'The time that replicas share is told by presentTime(), that of files by fileTime().';
const standstill =
  'A replica that stands still in a transaction keeps others from what it locks: use inTransaction().';

module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  restrictedSrcSyntax: [
    {
      selector:
        "CallExpression[callee.object.name='Date'][callee.property.name='now']",
      message: clock,
    },
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: clock,
    },
    {
      selector: "CallExpression[callee.property.name='transaction']",
      message: standstill,
    },
  ],
  overrides: [
    {
      // Those compare the clock of the process with another one, or have no other; and inTransaction itself.
      files: [
        'src/presentTime.ts',
        'src/retention/cutoffs.ts',
        'src/store/clock.ts',
        'src/store/firstDue.ts',
        'src/store/followClock.ts',
        'src/store/inTransaction.ts',
        'src/store/insertEvents.ts',
        'src/store/testPostgres.ts',
        'src/**/__testUtils__/**',
      ],
      rules: { 'no-restricted-syntax': 'off' },
    },
  ],
});
