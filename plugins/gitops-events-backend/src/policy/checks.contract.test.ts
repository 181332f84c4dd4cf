import {
  policyCheckContract,
  proposedChange,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  bindEvent,
  createEvaluator,
} from '@gitops-events/plugin-gitops-events-sensors';
import { validFiles } from '../validate/validFiles';
import { celPolicy } from './celPolicy';
import { changeSize } from './changeSize';
import { protectedPaths } from './protectedPaths';
import { secretScan } from './secretScan';

const evaluator = createEvaluator({ size: 10 });
const values = proposedChange({ 'apps/a.yaml': ['tag: 1\n', 'tag: 2\n'] });
// Put together here, so that scanners of this repository stay quiet.
const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');

policyCheckContract({
  name: 'a policy of the configuration',
  createCheck: async () => ({
    check: celPolicy(
      {
        name: 'quota',
        deny: 'change.files.exists(f, has(f.content) && f.content.contains("latest"))',
        message: 'Name a version instead of latest.',
      },
      async (expression, variables, event) =>
        evaluator(expression, variables, event && bindEvent(event)),
    ),
    passes: values,
    objects: [
      {
        change: proposedChange({ 'apps/a.yaml': [undefined, 'tag: latest\n'] }),
        verdict: 'deny',
        says: /Name a version/,
      },
    ],
    cannot: {
      change: proposedChange({ 'large.txt': [undefined, 'x'.repeat(3e6)] }),
    },
  }),
});

policyCheckContract({
  name: 'valid files',
  createCheck: async () => ({
    check: validFiles(),
    passes: values,
    objects: [
      {
        change: proposedChange({ 'a.yaml': ['a: 1\n', 'a: [\n'] }),
        verdict: 'deny',
        says: /a\.yaml, line 2, column 1/,
      },
    ],
  }),
});

policyCheckContract({
  name: 'the size of a change',
  createCheck: async () => ({
    check: changeSize({ files: 1, lines: 9, bytes: 99 }),
    passes: values,
    objects: [
      {
        change: proposedChange({ a: [undefined, 'a'], b: [undefined, 'b'] }),
        verdict: 'deny',
        says: /2 files/,
      },
    ],
  }),
});

policyCheckContract({
  name: 'protected paths',
  createCheck: async () => ({
    check: protectedPaths({ boundaries: [] }),
    passes: values,
    objects: [
      {
        change: proposedChange({ '.github/a.yaml': [undefined, 'on: push\n'] }),
        verdict: 'review',
        says: /\.github\/a\.yaml is protected/,
      },
    ],
  }),
});

policyCheckContract({
  name: 'the secret scan',
  createCheck: async () => ({
    check: secretScan,
    passes: values,
    objects: [
      {
        change: proposedChange({ 'a.yaml': [undefined, `a: ${token}\n`] }),
        verdict: 'deny',
        says: /a\.yaml, line 1/,
      },
    ],
    secrets: [token],
  }),
});
