// A suite that others call, so a file of tests that exports is right here.
/* eslint-disable jest/no-export */
import {
  verdictSchema,
  type Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { proposedChange } from './proposedChange';

/** A check under test, and changes of which is known what it says. @public */
export interface PolicyCheckSetup {
  check: PolicyCheck;
  passes: ProposedChange;
  /** Each with the verdict that it gets, and a word that the reasons have to hold. */
  objects: Array<{
    change: ProposedChange;
    verdict: 'review' | 'deny';
    says: RegExp;
  }>;
  /** A change, or a state of the world, in which it cannot tell. */
  cannot?: { change: ProposedChange; before?(): Promise<void> };
  /** Texts of `objects` that reasons must not repeat. */
  secrets?: string[];
  stop?(): Promise<void>;
}

/**
 * What every `PolicyCheck` must do. To be called at the top of a test file.
 *
 * @public
 */
export function policyCheckContract(options: {
  name: string;
  createCheck(): Promise<PolicyCheckSetup>;
}): void {
  describe(`${options.name} keeps the contract of a policy check`, () => {
    jest.setTimeout(90_000);
    let setup: PolicyCheckSetup;
    beforeEach(async () => {
      setup = await options.createCheck();
    });
    afterEach(() => setup.stop?.());

    const ask = (change: ProposedChange): Promise<Verdict> =>
      setup.check.check(change, { signal: new AbortController().signal });

    it('passes what there is nothing against, in its own name', async () => {
      expect(verdictSchema.parse(await ask(setup.passes))).toMatchObject({
        check: setup.check.name,
        verdict: 'pass',
      });
    });

    it('says why it objects, in sentences, without repeating a secret', async () => {
      for (const { change, verdict, says } of setup.objects) {
        const answer = verdictSchema.parse(await ask(change));
        expect(answer).toMatchObject({ check: setup.check.name, verdict });
        expect(answer.reasons.join(' ')).toMatch(says);
        for (const reason of answer.reasons) {
          expect(reason).toMatch(/^\S[^\n]{3,498}\S$/);
        }
        for (const secret of setup.secrets ?? []) {
          expect(JSON.stringify(answer)).not.toContain(secret);
        }
      }
    });

    it('says the same twice, also when it is asked about several at once', async () => {
      const changes = [setup.passes, ...setup.objects.map(one => one.change)];
      const all = [...changes, ...changes, ...[...changes].reverse()];
      const together = await Promise.all(all.map(ask));
      for (const [at, change] of all.entries()) {
        expect(await ask(change)).toEqual(together[at]);
      }
    });

    it('leaves what it is shown as it is', async () => {
      for (const change of [
        setup.passes,
        ...setup.objects.map(one => one.change),
      ]) {
        const { read: _, readBefore: _before, ...before } = change;
        const copy = structuredClone(before);
        await ask(change);
        expect(before).toEqual(copy);
      }
    });

    it('has an answer to a change without files, to deleted and to binary ones', async () => {
      const odd = [
        proposedChange({}),
        proposedChange({ 'a.yaml': ['a: 1\n', undefined] }),
        proposedChange({ 'a.yaml': ['a: 1\n', ''] }),
        proposedChange({ 'logo.png': [undefined, '\u0089PNG\u0000\u001a'] }),
      ];
      for (const change of odd) {
        expect(verdictSchema.parse(await ask(change)).verdict).not.toBe(
          'cannot',
        );
      }
    });

    it('comes to an end when it is told to', async () => {
      const aborted = setup.check.check(setup.passes, {
        signal: AbortSignal.abort(),
      });
      await Promise.allSettled([aborted]);
    });

    it('never passes what it cannot tell', async () => {
      if (!setup.cannot) return;
      await setup.cannot.before?.();
      const [told] = await Promise.allSettled([ask(setup.cannot.change)]);
      if (told.status === 'rejected') return;
      expect(told.value.verdict).toBe('cannot');
    });
  });
}
